package dev.bincang.browser;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;

/** The chat page as a user sees it. */
record Chat(Tab tab) {

    /** On a busy machine a transport may not open in time. The client tries it again after a minute. */
    private static final Duration SOON = Duration.ofSeconds(90);

    /** Enters by the form. Returns when the room is joined, so later messages are new ones. */
    static Chat enter(Tab tab, String server, String name, String room) {
        tab.open(server + "/#" + room).until("document.activeElement?.id === 'name'");
        tab.eval("document.getElementById('name').select()");
        tab.type(name);
        tab.press("Enter");
        var chat = new Chat(tab);
        chat.awaitState("Connected");
        tab.until("!['', 'Entering…'].includes(document.getElementById('empty').textContent)");
        return chat;
    }

    /** Writes a message in the room and sends it. */
    Chat write(String text) {
        tab.until("!document.getElementById('text').disabled");
        tab.eval("document.getElementById('text').focus()");
        tab.type(text);
        tab.press("Enter");
        return this;
    }

    /** The messages of the room that this page shows. */
    List<String> said() {
        return tab.texts("#messages .message:not(.waiting, .failed) .text");
    }

    /** The messages that were written here and are not in the room yet. */
    List<String> unsent() {
        return tab.texts("#messages .message:is(.waiting, .failed) .text");
    }

    String state() {
        return tab.text("#state-said");
    }

    Chat awaitState(String beginning) {
        await().alias("the state " + beginning)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .until(this::state, state -> state.startsWith(beginning));
        return this;
    }

    /** Waits until exactly these messages are in the room and none waits. */
    Chat awaitSaid(String... texts) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            assertEquals(List.of(texts), said());
            assertEquals(List.of(), unsent());
        });
        return this;
    }

    Chat awaitUnsent(String... texts) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertEquals(List.of(texts), unsent()));
        return this;
    }

    /** Chooses a transport in the menu, by its short name or {@code automatic}. */
    void choose(String way) {
        tab.click("#way");
        tab.click("#way-" + way);
        tab.until("!document.getElementById('ways').matches(':popover-open')");
    }
}
