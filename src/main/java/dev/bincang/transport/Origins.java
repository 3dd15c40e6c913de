package dev.bincang.transport;

import dev.bincang.BincangConfig;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whose pages may connect and ask (RFC 6454). */
@Singleton
public class Origins {

    private final Set<String> allowed;

    Origins(BincangConfig config) {
        allowed = config.http().origins().stream()
                .map(origin -> origin.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether a page of this origin may not. No browser leaves {@code Origin} out (RFC 6454 section 7); what is no browser
     * could say anything there.
     *
     * @param header the request's {@code Origin}
     * @param host whom the request is to, with the port
     */
    public boolean foreign(@Nullable String header, @Nullable String host) {
        if (header == null || allowed.contains("*")) {
            return false;
        }
        var origin = header.toLowerCase(Locale.ROOT);
        return !((own(origin, host) && allowed.contains("self")) || allowed.contains(origin));
    }

    /** Whether it is a page of another site than this one. */
    public boolean cross(@Nullable String header, @Nullable String host) {
        return header != null && !own(header.toLowerCase(Locale.ROOT), host);
    }

    private static boolean own(String origin, @Nullable String host) {
        return host != null && origin.replaceFirst("^https?://", "").equals(host.toLowerCase(Locale.ROOT));
    }
}
