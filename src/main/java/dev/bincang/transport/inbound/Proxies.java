package dev.bincang.transport.inbound;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the client's address behind trusted proxies. Each proxy appends the address of its client, so the list is read
 * from the right. The first address that is not a trusted proxy is the client. The client may have made up everything
 * to the left of it.
 */
final class Proxies {

    private static final Pattern FOR = Pattern.compile("(?i)(?:^|[;\\s])for=\"?([^;,\"]+)\"?");
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private final List<IpSubnetFilterRule> rules;

    /** @param trusted addresses and ranges in Quarkus' format, perhaps with a port; names are not looked up */
    Proxies(List<String> trusted) {
        rules = trusted.stream().map(Proxies::rule).flatMap(Stream::ofNullable).toList();
    }

    private static @Nullable IpSubnetFilterRule rule(String proxy) {
        var slash = proxy.indexOf('/');
        var text = slash < 0 ? proxy : proxy.substring(0, slash);
        var bytes = parse(text.equals("localhost") ? "127.0.0.1" : text);
        if (bytes == null) {
            return null;
        }
        var prefix = slash < 0
                ? bytes.length * 8
                : Integer.parseInt(proxy.substring(slash + 1).strip());
        return new IpSubnetFilterRule(inet(bytes), prefix, IpFilterRuleType.ACCEPT);
    }

    boolean trusted(byte[] address) {
        var at = new InetSocketAddress(inet(address), 0);
        return rules.stream().anyMatch(rule -> rule.matches(at));
    }

    /**
     * Returns the client's address, in the form that limits count.
     *
     * @param proxy the address of the connection, a trusted proxy
     * @param hops the addresses that the proxies report, from left to right
     */
    String client(byte[] proxy, List<String> hops) {
        var client = proxy;
        for (var hop : hops.reversed()) {
            var address = parse(hop);
            if (address == null) {
                break; // not an address, so the proxy before it is counted
            }
            client = address;
            if (!trusted(address)) {
                break;
            }
        }
        return counted(client);
    }

    /** The addresses in the values of {@code X-Forwarded-For}. */
    static List<String> hops(List<String> headers) {
        return headers.stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .map(String::strip)
                .toList();
    }

    /**
     * The addresses in the values of {@code Forwarded} (RFC 7239). An element without an address gives an empty text.
     */
    static List<String> forwarded(List<String> headers) {
        return hops(headers).stream()
                .map(hop -> {
                    var found = FOR.matcher(hop);
                    return found.find() ? found.group(1) : "";
                })
                .toList();
    }

    /**
     * The address in the form that limits count. An IPv6 address is cut to 64 bits, because one client usually owns
     * them all.
     */
    static String counted(byte[] address) {
        var four = fourOf(address);
        if (four.length == 4) {
            return NetUtil.bytesToIpAddress(four);
        }
        var network = Arrays.copyOf(Arrays.copyOf(address, 8), 16);
        return NetUtil.toAddressString(inet(network)) + "/64";
    }

    /** Parses an address without its port. Null if the text is not an address. */
    static byte @Nullable [] parse(String text) {
        var address = text.strip();
        if (address.startsWith("[")) {
            var end = address.indexOf(']');
            address = end < 0 ? address : address.substring(1, end);
        } else if (address.indexOf(':') == address.lastIndexOf(':') && address.indexOf(':') > 0) {
            address = address.substring(0, address.indexOf(':'));
        }
        var bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes == null ? null : fourOf(bytes);
    }

    private static byte[] fourOf(byte[] address) {
        var mapped = address.length == 16 && Arrays.equals(address, 0, 12, MAPPED, 0, 12);
        return mapped ? Arrays.copyOfRange(address, 12, 16) : address;
    }

    private static InetAddress inet(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not 4 or 16 bytes", e);
        }
    }
}
