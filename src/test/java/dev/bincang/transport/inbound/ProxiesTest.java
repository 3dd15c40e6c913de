package dev.bincang.transport.inbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {

    private static final Proxies PROXIES = new Proxies(List.of("10.0.0.0/8", "192.0.2.7", "2001:db8:ffff::/48"));

    private static String client(Proxies proxies, String... headers) {
        var proxy = Proxies.parse("10.0.0.1");
        return proxy == null ? "" : proxies.client(proxy, Proxies.hops(List.of(headers)));
    }

    @Test
    void whatAClientPutsInFrontIsNotBelieved() {
        assertEquals("203.0.113.5", client(PROXIES, "198.51.100.1, 203.0.113.5"));
        assertEquals("203.0.113.5", client(PROXIES, "198.51.100.1", "203.0.113.5"));
        assertEquals("203.0.113.5", client(PROXIES, "10.9.9.9, 203.0.113.5"));
    }

    @Test
    void trustedProxiesOnTheWayArePassed() {
        assertEquals("203.0.113.5", client(PROXIES, "198.51.100.1, 203.0.113.5, 192.0.2.7, 10.1.2.3"));
        assertEquals("203.0.113.5", client(PROXIES, "203.0.113.5, 2001:db8:ffff:1::9"));
    }

    @Test
    void whoComesFromInsideIsCountedByTheFirstHop() {
        assertEquals("10.2.2.2", client(PROXIES, "10.2.2.2, 10.1.1.1"));
    }

    @Test
    void withoutAListOnlyTheNearestProxyIsBelieved() {
        assertEquals("203.0.113.5", client(new Proxies(List.of()), "198.51.100.1, 203.0.113.5"));
    }

    @Test
    void whatIsNoAddressEndsTheWay() {
        assertEquals("10.0.0.1", client(PROXIES, "203.0.113.5, unknown"));
        assertEquals("10.0.0.1", client(PROXIES, ""));
        assertEquals("10.0.0.1", client(PROXIES));
        assertEquals("10.1.1.1", client(PROXIES, "203.0.113.5, _hidden, 10.1.1.1"));
    }

    @Test
    void theStandardHeaderSaysTheSame() {
        assertEquals(
                List.of("198.51.100.1", "[2001:db8::1]:4711", ""),
                Proxies.forwarded(List.of("for=198.51.100.1;proto=https, For=\"[2001:db8::1]:4711\"", "proto=http")));
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.5, 203.0.113.5",
        "203.0.113.5:4711, 203.0.113.5",
        "::ffff:203.0.113.5, 203.0.113.5",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
        "[2001:db8:1:2::1], 2001:db8:1:2::/64",
        "[2001:db8:1:2:ffff::1]:4711, 2001:db8:1:2::/64",
        "2001:db8:1:3::1, 2001:db8:1:3::/64",
    })
    void anAddressIsCountedWithoutItsPortAndIpv6By64Bits(String hop, String counted) {
        assertEquals(counted, client(PROXIES, hop));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown", "_x", "1.2.3", "chat.example", "[", "1.2.3.4.5"})
    void noAddress(String hop) {
        assertNull(Proxies.parse(hop));
    }
}
