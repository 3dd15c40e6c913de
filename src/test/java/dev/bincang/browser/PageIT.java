package dev.bincang.browser;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.ProxyProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The chat page in a real browser, through the faults of real networks. The console shows no error in any test. */
class PageIT {

    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PASSES = "proxy_pass http://pods; proxy_http_version 1.1; proxy_read_timeout 75s;";
    private static final String UPGRADES =
            "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_header;";
    /** The transports by the page's short names. */
    private static final Map<String, String> TRANSPORTS = Map.of(
            "websocket", "WebSocket",
            "stream", "HTTP stream",
            "sse", "Server-sent events",
            "longpoll", "Long poll",
            "poll", "Poll");

    @Order(1)
    @RegisterExtension
    static final Browser BROWSER = new Browser();

    @Order(2)
    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2);

    private final String room = "page-" + ROOMS.incrementAndGet();

    private static String at(int port) {
        return "http://127.0.0.1:" + port;
    }

    private static String pod(int number) {
        return at(CLUSTER.pod(number).port());
    }

    private static List<Integer> pods() {
        return CLUSTER.pods().stream().map(Pod::port).toList();
    }

    private static double connections(int number) {
        return CLUSTER.pod(number).metric("bincang_connections");
    }

    private Chat enter(String server, String name) {
        return Chat.enter(BROWSER.tab(), server, name, room);
    }

    // ---- two users

    @Test
    void twoTalkToEachOtherOverTwoPods() {
        var ana = enter(pod(0), "Ana");
        var ben = enter(pod(1), "Ben");

        ana.write("Hello");
        ben.awaitSaid("Hello").write("<img src=x onerror=alert(1)> & *you*");
        ana.awaitSaid("Hello", "<img src=x onerror=alert(1)> & *you*");

        assertTrue(ben.tab().text("#messages").contains("Ana"), "who said it");
        assertEquals(List.of("Today"), ben.tab().texts("#messages .day"));
        ben.awaitState("Connected · WebSocket");
    }

    @Test
    void aMessageInAnotherRoomIsUnread() {
        var ana = enter(pod(0), "Ana");
        var ben = enter(pod(1), "Ben");
        ben.tab().click("#room");
        ben.tab().type(room + "-aside");
        ben.tab().press("Enter");
        ben.tab().until("document.getElementById('title').textContent.endsWith('-aside')");

        ana.write("one").write("two");
        ben.tab().until("document.title.startsWith('(2)')");
        assertEquals(List.of("2 unread"), ben.tab().texts("#rooms a:not([aria-current]) .badge:not([hidden])"));

        ben.tab().click("#rooms a:not([aria-current])");
        ben.awaitSaid("one", "two").tab().until("!document.title.startsWith('(')");
        assertEquals(List.of("New"), ben.tab().texts("#messages .new"));
    }

    @Test
    void scrollingBackLoadsOlderMessagesWithoutAJump() {
        var ana = Guest.named("Ana", CLUSTER.pod(0).port());
        for (int i = 1; i <= 120; i++) {
            ana.says(room, "message " + i);
        }
        var ben = enter(pod(1), "Ben");
        ben.tab().until("document.querySelectorAll('#messages .message').length >= 50");

        var top = "(() => { const log = document.getElementById('log').getBoundingClientRect().top;"
                + "const row = [...document.querySelectorAll('.message')].find((one) => one.getBoundingClientRect().bottom > log);"
                + "return row.textContent + Math.round(row.getBoundingClientRect().top); })()";
        var before = ben.tab()
                .eval("new Promise((resolve) => { const log = document.getElementById('log');"
                        + "log.addEventListener('scroll', () => resolve(" + top
                        + "), { once: true }); log.scrollTop = 250; })");
        ben.tab().until("document.querySelectorAll('#messages .message').length >= 100");

        assertEquals(before, ben.tab().eval(top));
    }

    // ---- unsent messages

    @Test
    void messagesWrittenOfflineAreSentLater() {
        var ana = enter(pod(0), "Ana");
        var ben = enter(pod(1), "Ben");
        ana.write("before");
        ben.awaitSaid("before");

        ana.tab().offline(true);
        ana.write("meanwhile").awaitUnsent("meanwhile");
        ana.tab().until("document.querySelector('.fate').textContent === 'Waiting for the connection'");
        ben.write("where are you?").awaitSaid("before", "where are you?");
        ana.tab().offline(false);

        ben.awaitSaid("before", "where are you?", "meanwhile");
        ana.awaitState("Connected").awaitSaid("before", "where are you?", "meanwhile");
    }

    @Test
    void unsentMessagesSurviveAReload() {
        var ana = enter(pod(0), "Ana");
        var ben = enter(pod(1), "Ben");
        ana.awaitSaid();
        CLUSTER.link(0).freezeAll();
        try {
            ana.write("one").write("two").awaitUnsent("one", "two");
            ana.tab().type("half a sen");
            ana.tab().networkMayFail();
            ana.tab().reload();
            ana.awaitUnsent("one", "two");
            assertEquals(
                    "half a sen",
                    ana.tab().eval("document.getElementById('text').value").asText());
        } finally {
            CLUSTER.link(0).thawAll();
        }
        ben.awaitSaid("one", "two");
        ana.awaitSaid("one", "two");
    }

    @Test
    void theWriterDecidesAboutAMessageThatMayHaveBeenSent() {
        var ana = enter(pod(0), "Ana");
        ana.awaitSaid();
        var longAgo = Instant.now().minus(Duration.ofHours(13)).toEpochMilli();
        ana.tab()
                .eval("sessionStorage.setItem('bincang.outbox', JSON.stringify(['first', 'second'].map((text) => "
                        + "({ room: '%s', key: `key-${text}`, text, at: %d }))))".formatted(room, longAgo));

        for (int i = 0; i < 2; i++) { // the second time, the page itself remembers
            ana.tab().reload();
            ana.awaitUnsent("first", "second");
            ana.tab().until("document.querySelectorAll('.failed .link').length === 4");
        }
        assertTrue(ana.tab().text(".failed .fate").startsWith("It is too long ago to know whether this was sent."));
        ana.tab().click(".failed .link:last-child"); // discard the first
        ana.awaitUnsent("second");
        ana.tab().click(".failed .link:first-child"); // try again
        ana.awaitSaid("second");
    }

    @Test
    void twoTabsOfOneUserDoNotTouchEachOthersUnsentMessages() {
        var ana = enter(pod(0), "Ana");
        ana.write("before").awaitSaid("before");
        CLUSTER.link(0).freezeAll();
        Chat other;
        try {
            ana.write("mine").awaitUnsent("mine");
            other = new Chat(BROWSER.copyOf(ana.tab()));
            other.tab().networkMayFail();
            other.tab().until("sessionStorage.getItem('bincang.rooms') && !document.getElementById('app').hidden");
            other.awaitUnsent();
            assertEquals("null", String.valueOf(other.tab().eval("sessionStorage.getItem('bincang.outbox')")));
            other.write("the other's").awaitUnsent("the other's");
            ana.awaitUnsent("mine");
        } finally {
            CLUSTER.link(0).thawAll();
        }
        await().atMost(SOON).until(() -> ana.said().size() == 3 && ana.unsent().isEmpty());
        await().atMost(SOON)
                .until(() -> other.said().equals(ana.said()) && other.unsent().isEmpty());
        assertEquals(2, other.tab().texts("#messages .mine").size() - 1, "both are one user");
    }

    // ---- transports

    @Test
    void ifAProxyRefusesTheUpgradeThePageUsesTheStream() {
        assumeTrue(ProxyProcess.find("nginx").isPresent(), "NOT TESTED: nginx is not installed");
        try (var proxy = ProxyProcess.nginx(pods(), "if ($http_upgrade) { return 403; } " + PASSES, "''")) {
            var tab = BROWSER.tab();
            tab.networkMayFail();
            var ana = Chat.enter(tab, at(proxy.port()), "Ana", room);
            var ben = enter(pod(1), "Ben");

            ana.write("around the corner");
            ben.awaitSaid("around the corner").write("I hear you");
            ana.awaitSaid("around the corner", "I hear you");
            ana.awaitState("Connected · HTTP stream");
        }
    }

    @Test
    void whenAPodDiesThePageContinuesAtTheOtherOne() {
        assumeTrue(ProxyProcess.find("nginx").isPresent(), "NOT TESTED: nginx is not installed");
        try (var proxy = ProxyProcess.nginx(pods(), PASSES + UPGRADES, "''")) {
            await().atMost(SOON).until(() -> connections(0) + connections(1) == 0); // of earlier tests
            var ana = enter(at(proxy.port()), "Ana");
            ana.write("before").awaitSaid("before").tab().networkMayFail();
            await().atMost(SOON).until(() -> connections(0) + connections(1) == 1);
            var its = CLUSTER.pod(connections(0) == 1 ? 0 : 1);
            try {
                its.kill();
                ana.write("after").awaitSaid("before", "after").awaitState("Connected");
            } finally {
                its.start();
                its.awaitReady();
            }
        }
    }

    @Test
    void aChangeOfTheTransportLosesNothing() {
        var ana = enter(pod(0), "Ana");
        var ben = enter(pod(1), "Ben");
        var said = new AtomicInteger();
        TRANSPORTS.forEach((way, name) -> {
            ana.choose(way);
            ana.write("by " + way); // before there is a link
            ben.write("to " + way);
            var goal = said.addAndGet(2);
            await().atMost(SOON)
                    .until(() -> ana.said().size() == goal && ana.unsent().isEmpty());
            ana.awaitState("Connected · " + name);
        });
        await().atMost(SOON).untilAsserted(() -> assertEquals(ana.said(), ben.said()));

        ana.choose("sse");
        ana.awaitState("Connected · Server-sent events").tab().reload();
        ana.awaitState("Connected · Server-sent events").choose("automatic");
        ana.awaitState("Connected · WebSocket");
    }

    @Test
    void allFiveTransportsShowTheirFiguresSideBySide() {
        var tab = BROWSER.tab().open(pod(0) + "/transports.html");
        tab.eval("(() => { const rate = document.getElementById('rate'); rate.value = '10';"
                + " rate.dispatchEvent(new Event('change')); })()");
        tab.until("document.querySelectorAll('.state.open').length === 5");
        tab.until("[...document.querySelectorAll('[data-of=messages]')].every((one) => one.textContent >= 30)");

        for (var figure : List.of("latency", "down", "up", "requests")) {
            var figures = tab.texts("[data-of=" + figure + "]");
            assertEquals(TRANSPORTS.size(), figures.size());
            assertTrue(figures.stream().allMatch(one -> one.matches(".*\\d.*")), figure + ": " + figures);
        }
        assertEquals("", tab.text("#trouble"));
        System.out.println("latency " + tab.texts("[data-of=latency]") + ", down " + tab.texts("[data-of=down]")
                + ", up " + tab.texts("[data-of=up]"));
    }
}
