package dev.bincang.transport.inbound;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {

    /** A recursive matcher would overflow the stack of the event loop, and the client would get no answer. */
    @Test
    void aTargetIsCheckedHoweverLongItIs() {
        for (var part : new String[] {"a", "%41", "a%41", "/a", "/%41"}) {
            assertNull(RequestHead.target(
                    "/" + part.repeat(50_000).replace("//", "/").replaceFirst("^/", "")));
            assertNull(RequestHead.target("/a?" + part.repeat(50_000)));
            assertNotNull(RequestHead.target("/a?" + part.repeat(50_000) + "%4"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/api/rooms", "/api/rooms/", "/a%3Bb", "/%41", "/...", "/a..b", "/a?", "/a?b=%20&c=/../;"})
    void whatAllServersReadAlikeIsAllowed(String target) {
        assertNull(RequestHead.target(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "*",
                "//",
                "/a//b",
                "/.",
                "/..",
                "/%2e%2E/a",
                "/a/.%2e",
                "/a;b",
                "/a b",
                "/%",
                "/%4",
                "/%zz",
                "/a?%",
                "/a?b#c",
                "/a?b c",
                "/{a}",
                "/a\\b"
            })
    void whatSomeServersReadInAnotherWayIsRefused(String target) {
        assertNotNull(RequestHead.target(target));
    }
}
