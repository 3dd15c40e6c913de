package dev.bincang.transport.inbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {

    private final Hosts hosts = new Hosts(List.of("chat.example", " Other.Example "));

    @ParameterizedTest
    @CsvSource({
        "chat.example, true",
        "CHAT.example:8443, true",
        "chat.example., true",
        "other.example, true",
        "evil.example, false",
        "chat.example.evil.example, false",
        "127.0.0.1:8080, true",
        "10.1.2.3, true",
        "[::1]:8080, true",
        "localhost:8080, true",
        "localhost.evil.example, false",
        "1.2.3.4.evil.example, false",
        "'', false",
    })
    void namesThatAreSetAndAddressesAreOurs(String host, boolean ours) {
        assertEquals(ours, hosts.ours(host));
    }

    @Test
    void aStarIsAnyName() {
        assertTrue(new Hosts(List.of("*")).ours("evil.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat.example:443", "https://chat.example", "*.chat.example", "", "a b"})
    void aValueThatCanNeverMatchStopsTheStart(String name) {
        var wrong = assertThrows(ConfigurationException.class, () -> new Hosts(List.of(name)));
        assertTrue(wrong.getMessage().contains("bincang.http.hosts"), wrong.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "localhost:8080, true",
        "127.0.0.1:8080, true",
        "127.9.9.9, true",
        "[::1]:8080, true",
        "192.168.1.2, false",
        "127.0.0.1.evil.example, false",
        "evil.example, false",
    })
    void loopback(String host, boolean is) {
        assertEquals(is, new Caller("127.0.0.1", List.of(host)).local());
    }
}
