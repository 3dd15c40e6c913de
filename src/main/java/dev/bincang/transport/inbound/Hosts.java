package dev.bincang.transport.inbound;

import io.netty.util.NetUtil;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The names of this server. An address or {@code localhost} is always accepted: a page of another site that makes its
 * own name lead here (DNS rebinding) still sends that name as the host.
 */
final class Hosts {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    private final List<String> names;

    Hosts(List<String> names) {
        this.names = names.stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        for (var name : this.names) {
            if (!name.equals("*") && !NAME.matcher(name).matches()) {
                throw new ConfigurationException(
                        "bincang.http.hosts: \"" + name + "\" must be * or a name like chat.example (without a port)");
            }
        }
    }

    /** Whether a request for this host is for this server. The host may have a port. */
    boolean ours(String host) {
        var name = name(host);
        return names.contains("*") || names.contains(name) || name.equals("localhost") || isAddress(name);
    }

    static boolean isLoopback(String host) {
        var name = name(host);
        return name.equals("localhost") || name.equals("::1") || (isAddress(name) && name.startsWith("127."));
    }

    private static boolean isAddress(String name) {
        return NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
    }

    private static String name(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[")) {
            return name.substring(1, Math.max(1, name.indexOf(']')));
        }
        var port = name.indexOf(':');
        name = port < 0 ? name : name.substring(0, port);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
