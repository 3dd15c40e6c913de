package dev.bincang.transport.websocket;

import dev.bincang.BincangConfig;
import io.netty.channel.Channel;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Takes no more connections than fit (RFC 9110 section 15.6.4), keeps the channel of each, which the endpoint cannot reach otherwise, and whether a page of a foreign site opens
 * it (RFC 6455 section 10.2). The endpoint says so with a close code: a browser shows its page no status.
 */
@Singleton
class UpgradeCheck implements HttpUpgradeCheck {

    static final TypedKey<Channel> CHANNEL = new TypedKey<>("bincang.channel");
    static final TypedKey<Boolean> FOREIGN = new TypedKey<>("bincang.foreign");

    private static final int TOO_MANY = 503;
    private static final Map<String, List<String>> LATER = Map.of("Retry-After", List.of("5"));

    private final Set<String> origins;
    private final SocketLoops loops;
    private final int most;

    UpgradeCheck(BincangConfig config, SocketLoops loops) {
        this.loops = loops;
        most = config.connection().max();
        origins = config.http().origins().stream()
                .map(origin -> origin.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        if (loops.open() >= most) {
            return CheckResult.rejectUpgrade(TOO_MANY, LATER);
        }
        var request = context.httpRequest();
        var connection = (ConnectionBase) request.connection();
        context.userData().put(CHANNEL, connection.channel());
        if (foreign(request)) {
            context.userData().put(FOREIGN, true);
        }
        return CheckResult.permitUpgrade();
    }

    /** No browser leaves {@code Origin} out (RFC 6454 section 7); what is no browser could say anything there. */
    private boolean foreign(HttpServerRequest request) {
        var header = request.getHeader(HttpHeaders.ORIGIN);
        if (header == null || origins.contains("*")) {
            return false;
        }
        var origin = header.toLowerCase(Locale.ROOT);
        var host = request.authority();
        var own = host != null
                && origin.replaceFirst("^https?://", "").equals(host.toString().toLowerCase(Locale.ROOT));
        return !((own && origins.contains("self")) || origins.contains(origin));
    }
}
