package dev.bincang.transport;

import dev.bincang.BincangConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The web origins whose pages may connect and send requests (RFC 6454). */
@Singleton
public class Origins {

    private static final Pattern ORIGIN =
            Pattern.compile("https?://([a-z0-9_-]+(\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+])(:\\d{1,5})?");

    /** Characters: a host name has 253 at most (RFC 1035). A longer text could overflow the matcher's stack. */
    private static final int LONGEST = 300;

    private final Set<String> allowed;

    @Inject
    Origins(BincangConfig config) {
        this(config.http().origins());
    }

    Origins(List<String> origins) {
        allowed = origins.stream().map(Origins::setting).collect(Collectors.toUnmodifiableSet());
    }

    private static String setting(String value) {
        var origin = value.strip().toLowerCase(Locale.ROOT).replaceFirst("(?<=[^/])/$", "");
        if (!origin.equals("self")
                && !origin.equals("*")
                && !ORIGIN.matcher(origin).matches()) {
            throw new ConfigurationException(
                    "bincang.http.origins: \"" + value
                            + "\" can never match; use self, * or an origin such as https://chat.example or http://localhost:3000");
        }
        return normal(origin);
    }

    /**
     * True if a page of this origin may not connect. A request without {@code Origin} is allowed: every browser sends
     * the header (RFC 6454 section 7), and any other client could send any value.
     *
     * @param header the request's {@code Origin}
     * @param hosts the hosts that the request is addressed to, each with its port if it has one
     */
    public boolean foreign(@Nullable String header, Collection<String> hosts) {
        if (header == null || allowed.contains("*")) {
            return false;
        }
        return !((own(header, hosts) && allowed.contains("self")) || allowed.contains(normal(header)));
    }

    /** Whether the page belongs to another site than this one. */
    public boolean cross(@Nullable String header, Collection<String> hosts) {
        return header != null && !own(header, hosts);
    }

    /** The origin in lower case, without the default port of its scheme (RFC 6454 section 4). */
    private static String normal(String origin) {
        var lower = origin.toLowerCase(Locale.ROOT);
        return lower.startsWith("https:") ? lower.replaceFirst(":443$", "") : lower.replaceFirst(":80$", "");
    }

    /**
     * Whether the origin is this server. A host without a port gets the default port of the page's scheme: behind a
     * proxy, this server need not know its public port.
     */
    private static boolean own(String header, Collection<String> hosts) {
        var origin = normal(header);
        if (origin.length() > LONGEST || !ORIGIN.matcher(origin).matches()) {
            return false;
        }
        var scheme = URI.create(origin).getScheme();
        return hosts.stream().anyMatch(host -> normal(scheme + "://" + host).equals(origin));
    }
}
