package dev.bincang.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.bincang.redis.link.Redirect.Kind;
import io.vertx.redis.client.impl.types.ErrorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers are those of Redis 7.0. */
class RedirectTest {

    @Test
    void whatANodeHasNotExecutedIsARedirect() {
        assertEquals(
                new Redirect(Kind.MOVED, 3999, "127.0.0.1:6381"),
                Redirect.of(ErrorType.create("MOVED 3999 127.0.0.1:6381")));
        assertEquals(new Redirect(Kind.ASK, 7, "::1:6381"), Redirect.of(ErrorType.create("ASK 7 ::1:6381")));
        assertEquals(
                new Redirect(Kind.TRYAGAIN, -1, ""),
                Redirect.of(ErrorType.create("TRYAGAIN Multiple keys request during rehashing of slot")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLUSTERDOWN Hash slot not served", "NOSCRIPT No matching script", "ERR moved", "MOVED"})
    void anotherErrorIsNone(String answer) {
        assertNull(Redirect.of(ErrorType.create(answer)));
    }

    @Test
    void aBrokenLinkIsNone() {
        assertNull(Redirect.of(new IllegalStateException("MOVED 1 127.0.0.1:1")));
    }
}
