package dev.bincang.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages are usable on a phone, by keyboard, by screen reader and in the dark. */
class AccessIT {

    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static final int PHONE_WIDTH = 360;
    private static final int PHONE_HEIGHT = 740;

    @Order(1)
    @RegisterExtension
    static final Browser BROWSER = new Browser();

    @Order(2)
    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(1);

    private final String room = "access-" + ROOMS.incrementAndGet();

    private static String server() {
        return "http://127.0.0.1:" + CLUSTER.pod(0).port();
    }

    private static void fitsItsWidth(Tab tab) {
        assertEquals(
                PHONE_WIDTH, tab.eval("document.documentElement.scrollWidth").intValue(), "scrolls sideways");
    }

    @Test
    void aPhoneShowsEitherTheRoomListOrTheRoom() {
        var tab = BROWSER.tab().viewport(PHONE_WIDTH, PHONE_HEIGHT, true);
        var ana = Chat.enter(tab, server(), "Ana", room);
        ana.write("a word of " + "w".repeat(200)).write("short");
        tab.until("document.querySelectorAll('#messages .message').length === 2");
        fitsItsWidth(tab);
        assertTrue(tab.eval("document.getElementById('text').getBoundingClientRect().bottom <= innerHeight")
                .booleanValue());

        tab.click("#back");
        tab.until("!document.querySelector('.talk').checkVisibility()");
        assertEquals("#" + room, tab.text("#rooms a .hash") + tab.text("#rooms a .label"));
        fitsItsWidth(tab);

        tab.click("#rooms a");
        tab.click("#way");
        tab.until("document.getElementById('ways').matches(':popover-open')");
        fitsItsWidth(tab);

        tab.open(server() + "/transports.html").until("document.querySelectorAll('.lane').length === 5");
        fitsItsWidth(tab);
    }

    @Test
    void everythingWorksByKeyboard() {
        var tab = BROWSER.tab().open(server() + "/#" + room).until("document.activeElement.id === 'name'");
        tab.type("Ana");
        tab.press("Tab");
        assertEquals("first-room", tab.focused());
        tab.press("Enter");
        var ana = new Chat(tab);
        ana.awaitState("Connected").awaitSaid();
        until(tab, "Tab", "text");
        tab.type("written by hand");
        tab.press("Enter");
        ana.awaitSaid("written by hand");

        until(tab, "Shift+Tab", "way");
        tab.press("Enter");
        until(tab, "Tab", "way-longpoll");
        tab.press("Space");
        ana.awaitState("Connected · Long poll");
        assertEquals("way", tab.focused(), "the focus returns");

        tab.press("Enter");
        tab.press("Escape");
        assertEquals("way", tab.focused());

        until(tab, "Shift+Tab", "room");
        tab.type(room + "-too");
        tab.press("Enter");
        tab.until("document.getElementById('title').textContent.endsWith('-too')");
    }

    /** Presses the key until the element has the focus. Nothing on the way traps the focus. */
    private static void until(Tab tab, String key, String focused) {
        for (int i = 0; i < 20 && !tab.focused().equals(focused); i++) {
            tab.press(key);
        }
        assertEquals(focused, tab.focused());
    }

    @Test
    void screenReadersReadNewMessagesAndNotOldOnes() {
        var tab = BROWSER.tab();
        var ana = Chat.enter(tab, server(), "Ana", room);
        ana.awaitSaid().write("hello").awaitSaid("hello");

        tab.until("document.querySelector('[role=log]').getAttribute('aria-live') === 'polite'");
        ana.awaitState("Connected · WebSocket");
        assertEquals(1, tab.texts("[role=status]#state-said").size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void axeFindsNoSeriousProblem(String scheme) {
        var tab = BROWSER.tab().colors(scheme).open(server() + "/#" + room);
        tab.until("document.activeElement?.id === 'name'");
        assertEquals("", String.join("\n", Axe.violations(tab)), "at the entrance");

        var ana = Chat.enter(tab, server(), "Ana", room);
        ana.write("one").write("two").awaitSaid("one", "two");
        assertEquals("", String.join("\n", Axe.violations(tab)), "in a room");

        tab.click("#way");
        assertEquals("", String.join("\n", Axe.violations(tab)), "at the choice of transports");
        tab.press("Escape");

        tab.networkMayFail();
        CLUSTER.pod(0).freeze();
        try {
            ana.choose("poll"); // this opens a new link
            ana.write("three").awaitUnsent("three");
            tab.until("document.getElementById('banner').checkVisibility()");
            assertEquals("", String.join("\n", Axe.violations(tab)), "without a connection");
        } finally {
            CLUSTER.pod(0).thaw();
        }
        ana.awaitSaid("one", "two", "three");

        tab.open(server() + "/transports.html").until("document.querySelectorAll('.state.open').length === 5");
        tab.until("document.querySelector('[data-of=latency]').textContent !== '–'");
        assertEquals("", String.join("\n", Axe.violations(tab)), "beside all transports");
    }
}
