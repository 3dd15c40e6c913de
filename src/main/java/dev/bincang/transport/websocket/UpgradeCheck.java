package dev.bincang.transport.websocket;

import dev.bincang.auth.Authenticator;
import dev.bincang.protocol.Refusal;
import dev.bincang.transport.Origins;
import dev.bincang.transport.inbound.Caller;
import dev.bincang.transport.load.Admission;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.quarkus.websockets.next.HandshakeRequest;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks the request that opens a WebSocket. Refuses it if the pod takes no more connections (503, RFC 9110 section
 * 15.6.4). Passes to the endpoint: the channel, which the endpoint cannot reach otherwise, the address, the token, and
 * whether a page of a foreign site opens the socket (RFC 6455 section 10.2). The endpoint refuses a foreign page with a
 * close code, because a browser does not show the HTTP status to its page.
 */
@Singleton
class UpgradeCheck implements HttpUpgradeCheck {

    static final TypedKey<Channel> CHANNEL = new TypedKey<>("bincang.channel");
    static final TypedKey<String> ADDRESS = new TypedKey<>("bincang.address");
    static final TypedKey<Boolean> FOREIGN = new TypedKey<>("bincang.foreign");
    static final TypedKey<String> TOKEN = new TypedKey<>("bincang.token");

    private static final AttributeKey<Boolean> ADMITTED = AttributeKey.valueOf("bincang.admitted");

    /** The prefix of a subprotocol that carries a header: a page can set no other header. */
    private static final String HEADER_PROTOCOL = "quarkus-http-upgrade#Authorization#";

    private final Origins origins;
    private final Admission admission;
    private final MessageLimits messageLimits;

    UpgradeCheck(Origins origins, Admission admission, MessageLimits messageLimits) {
        this.origins = origins;
        this.admission = admission;
        this.messageLimits = messageLimits;
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        var request = context.httpRequest();
        var caller = Caller.ofUpgrade(request);
        var address = caller.address();
        var channel = ((ConnectionBase) request.connection()).channel();
        var refusal = admit(channel, address);
        if (refusal != null) {
            var problem = refusal.problem();
            return CheckResult.rejectUpgrade(
                    problem.status(), Map.of("Retry-After", List.of(String.valueOf(problem.retryAfterSeconds()))));
        }
        WholeMessages.install(channel, messageLimits);
        context.userData().put(ADDRESS, address);
        context.userData().put(CHANNEL, channel);
        if (origins.foreign(request.getHeader(HttpHeaders.ORIGIN), caller.hosts())) {
            context.userData().put(FOREIGN, true);
        }
        var token = token(request);
        if (token != null) {
            context.userData().put(TOKEN, token);
        }
        return CheckResult.permitUpgrade();
    }

    /** Admits the channel, only once even if it asks several times. It counts until the channel is closed. */
    private @Nullable Refusal admit(Channel channel, String address) {
        if (channel.hasAttr(ADMITTED)) {
            return null;
        }
        var refusal = admission.admit(address);
        if (refusal == null) {
            channel.attr(ADMITTED).set(true);
            channel.closeFuture().addListener(_ -> admission.left(address));
        }
        return refusal;
    }

    /** The bearer token (RFC 6750) of the request, or null. It is checked at {@code hello}. */
    private static @Nullable String token(HttpServerRequest request) {
        var header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header != null) {
            return Authenticator.bearer(header);
        }
        var protocols = request.getHeader(HandshakeRequest.SEC_WEBSOCKET_PROTOCOL);
        for (var protocol : protocols == null ? new String[0] : protocols.split(",", -1)) {
            if (protocol.indexOf('%') >= 0) {
                try {
                    var decoded = URLDecoder.decode(protocol.strip(), StandardCharsets.UTF_8);
                    if (decoded.startsWith(HEADER_PROTOCOL)) {
                        return Authenticator.bearer(decoded.substring(HEADER_PROTOCOL.length()));
                    }
                } catch (IllegalArgumentException _) {
                    // an unrelated subprotocol with a per cent sign in its name
                }
            }
        }
        return null;
    }
}
