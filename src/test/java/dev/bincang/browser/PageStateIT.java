package dev.bincang.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the page shows if a room or the network is not in its usual state, and how it returns to normal. */
class PageStateIT {

    private static final AtomicInteger ROOMS = new AtomicInteger();

    @Order(1)
    @RegisterExtension
    static final Browser BROWSER = new Browser();

    @Order(2)
    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1);

    private final String room = "state-" + ROOMS.incrementAndGet();

    private static int port() {
        return CLUSTER.pod(0).port();
    }

    private static String server() {
        return "http://127.0.0.1:" + port();
    }

    /** The owner of the public room. */
    private Http owned() {
        var owner = Http.guest(port(), "Olga");
        owner.post("/api/rooms", "{\"id\":\"" + room + "\"}").ok();
        return owner;
    }

    private Chat enter(String name) {
        return Chat.enter(BROWSER.tab(), server(), name, room);
    }

    /** A command of the owner about a user. The user's id is in their token. */
    private String path(String list, Chat who) {
        var token =
                who.tab().eval("JSON.parse(sessionStorage['bincang.token'])").asText();
        var claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), UTF_8);
        var id = claims.replaceAll(".*\"sub\":\"([^\"]+)\".*", "$1");
        return "/api/rooms/" + room + "/" + list + "/" + URLEncoder.encode(id, UTF_8);
    }

    private static String why(Chat chat) {
        return chat.tab().text("#length");
    }

    private static Chat awaitWhy(Chat chat, String words) {
        chat.tab().until("document.getElementById('length').textContent.includes('" + words + "')");
        assertTrue(chat.tab().eval("document.getElementById('text').disabled").booleanValue(), why(chat));
        return chat;
    }

    private static Chat awaitOpen(Chat chat) {
        chat.tab().until("!document.getElementById('text').disabled");
        return chat;
    }

    @Test
    void aBannedUserIsBackAfterTheBan() {
        var owner = owned();
        var ana = enter("Ana");
        ana.write("before").awaitSaid("before");
        var ban = path("bans", ana);

        owner.put(ban, "{\"until\":" + Instant.now().plus(Duration.ofHours(1)).toEpochMilli() + "}")
                .ok();
        awaitWhy(ana, "You are banned from this room until ");
        owner.delete(ban).ok();
        owner.say(room, "welcome back");
        awaitOpen(ana)
                .awaitSaid("before", "welcome back")
                .write("thanks")
                .awaitSaid("before", "welcome back", "thanks");

        owner.put(ban, "").ok();
        awaitWhy(ana, "You are banned from this room.");
        owner.delete(ban).ok();
        ana.tab().click("#enter-again");
        awaitOpen(ana);
    }

    @Test
    void mutedFrozenAndReadOnlyAreShownWithTheirEnd() {
        var owner = owned();
        var ana = enter("Ana");
        ana.write("before").awaitSaid("before");
        var mute = path("mutes", ana);

        owner.put(mute, "{\"until\":" + Instant.now().plus(Duration.ofDays(2)).toEpochMilli() + "}")
                .ok();
        awaitWhy(ana, "You are muted in this room until ");
        ana.tab().reload();
        awaitWhy(ana, "You are muted in this room until ");
        owner.put(mute, "").ok();
        awaitWhy(ana, "You are muted in this room. You can still read.");
        owner.delete(mute).ok();
        awaitOpen(ana);
        owner.put(mute, "{\"until\":" + Instant.now().plusSeconds(3).toEpochMilli() + "}")
                .ok();
        awaitWhy(ana, "You are muted in this room until ");
        awaitOpen(ana); // without an action of the user

        change(owner, "\"frozen\":true");
        awaitWhy(ana, "This room is frozen");
        change(owner, "\"frozen\":false,\"readOnly\":true");
        awaitWhy(ana, "This room is read-only");
        ana.tab().reload();
        awaitWhy(ana, "This room is read-only");
        change(owner, "\"readOnly\":false");
        awaitOpen(ana).write("after").awaitSaid("before", "after");
    }

    private void change(Http owner, String settings) {
        owner.patch("/api/rooms/" + room, "{" + settings + "}").ok();
    }

    @Test
    void slowModeCountsDownToTheNextMessage() {
        var owner = owned();
        var ana = enter("Ana");
        change(owner, "\"slowModeSeconds\":4");
        ana.write("one").awaitSaid("one");
        ana.tab().until("/^Slow mode: next message in [1-4] s$/.test(document.getElementById('slow').textContent)");
        ana.write("two"); // it stays in the form
        assertEquals(
                "two", ana.tab().eval("document.getElementById('text').value").asText());
        assertTrue(ana.tab().eval("document.getElementById('send').disabled").booleanValue());

        ana.tab().until("document.getElementById('slow').textContent === ''");
        ana.tab().click("#send");
        ana.awaitSaid("one", "two");
        change(owner, "\"slowModeSeconds\":0");
        ana.tab().until("!document.getElementById('send').disabled");
    }

    @Test
    void theBackButtonOfAPhoneShowsTheListOfRooms() {
        var tab = BROWSER.tab().viewport(360, 740, true);
        var ana = Chat.enter(tab, server(), "Ana", room);
        for (var other : List.of("-b", "-c")) {
            back(tab);
            tab.eval("document.getElementById('room').value = '" + room + other + "'");
            tab.click("#join button");
            tab.until("document.getElementById('title').textContent === '" + room + other + "'");
        }
        back(tab);
        assertEquals(3, tab.texts("#rooms a").size());
        tab.click("#rooms li:first-child a");
        tab.until("document.getElementById('title').textContent === '" + room + "'");
        ana.write("still here").awaitSaid("still here");
        tab.click("#back");
        tab.until("document.querySelector('.side').checkVisibility() && location.hash === ''");
        tab.eval("history.forward()");
        tab.until("document.getElementById('title').textContent === '" + room + "'");
        tab.reload();
        tab.until("document.querySelector('.talk').checkVisibility()");
        back(tab);
        tab.reload();
        tab.until("document.querySelector('.side').checkVisibility()");
    }

    private static void back(Tab tab) {
        tab.eval("history.back()");
        tab.until(
                "document.querySelector('.side').checkVisibility() && !document.querySelector('.talk').checkVisibility()");
    }

    @Test
    void withoutANetworkThePageDoesNotShowConnected() {
        var ana = enter("Ana");
        ana.awaitState("Connected · WebSocket").tab().networkMayFail();
        CLUSTER.pod(0).freeze();
        try {
            var started = System.nanoTime();
            ana.tab().eval("dispatchEvent(new Event('offline'))");
            ana.tab().until("document.getElementById('state-said').textContent !== 'Connected · WebSocket'");
            System.out.println("offline was told after "
                    + Duration.ofNanos(System.nanoTime() - started).toMillis() + " ms");
        } finally {
            CLUSTER.pod(0).thaw();
        }
        ana.tab().eval("dispatchEvent(new Event('online'))");
        ana.awaitState("Connected");
    }

    @Test
    void namesAreIsolatedAndTextIsNeverMarkup() {
        var rtl = "\u202Eana\u2066";
        var ana = enter("Ana");
        ana.tab().eval("""
                import('/chat/log-view.js').then(({ LogView }) => {
                  const list = document.createElement('ol');
                  const log = document.createElement('div');
                  document.body.append(log);
                  log.append(list);
                  const view = new LogView({ log, list, me: () => 'me', linked: () => true, scrolled: () => {} });
                  const said = (id, name, text) => ({ kind: 'message', key: id, seq: 1, time: 1, from: { id, name }, text });
                  view.turnTo({ unread: 0, timeline: { unsent: [], entries: [
                    said('u1', '\\u202Eana\\u2066', '\\u202Etext'), said('u2', '\\u200B\\u2060 \\u3164', '<b>x</b>'),
                    said('u3', '\\u200B<i>Ben</i>', 'x')] } });
                  list.id = 'shown';
                })""");
        assertEquals(List.of(rtl, "u2", "\u200B<i>Ben</i>"), ana.tab().texts("#shown .author"));
        assertEquals(List.of("A", "U", "<"), ana.tab().texts("#shown .avatar"));
        assertEquals(List.of("\u202Etext", "<b>x</b>", "x"), ana.tab().texts("#shown .text"));
        assertEquals(
                "isolate isolate",
                ana.tab()
                        .eval("['#shown .author', '#shown .text bdi']"
                                + ".map((one) => getComputedStyle(document.querySelector(one)).unicodeBidi).join(' ')")
                        .asText());
    }
}
