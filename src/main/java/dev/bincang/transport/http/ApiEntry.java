package dev.bincang.transport.http;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Authenticator;
import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Refusal.Problem;
import dev.bincang.room.Actor;
import dev.bincang.transport.Dispatcher;
import dev.bincang.transport.Origins;
import dev.bincang.transport.inbound.Caller;
import dev.bincang.transport.inbound.InboundBody;
import dev.bincang.transport.load.Shares;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The one way to {@code /api}: who has no valid token is answered 401 before anybody looks for what he asks, so that
 * neither paths nor rooms can be guessed. A token comes as {@code Authorization: Bearer} (RFC 6750), or a ticket with a
 * GET. Pages of other sites come in where {@code bincang.http.origins} has them (CORS, of the Fetch standard).
 */
@Singleton
public class ApiEntry {

    private static final String IDENTITY = "bincang.identity";
    private static final String GUESTS = "/api/guests";
    private static final String EVENTS = "/api/events";
    private static final String BEARER = "Bearer ";
    /** Bytes: a name of 64 code points fits, each written as two escapes. */
    private static final int GUEST_BODY = 4 * 1024;
    /** Characters: a browser sends about 150. */
    private static final int ACCEPT = 1024;

    private static final String DAY = "86400";
    /** What a script of another site may read, beside what the Fetch standard lets it read anyway. */
    private static final String EXPOSED =
            "Allow, Date, ETag, Link, Location, Preference-Applied, Retry-After, WWW-Authenticate";

    /** How to ask where no token was sent (RFC 6750 section 3). */
    public static final String CHALLENGE = "Bearer realm=\"bincang\"";

    private final Authenticator authenticator;
    private final RateLimits limits;
    private final Shares shares;
    private final Origins origins;
    private final Dispatcher dispatcher;
    private final CurrentVertxRequest current;
    private final boolean guests;

    ApiEntry(
            Authenticator authenticator,
            RateLimits limits,
            Shares shares,
            Origins origins,
            Dispatcher dispatcher,
            CurrentVertxRequest current,
            BincangConfig config) {
        this.authenticator = authenticator;
        this.limits = limits;
        this.shares = shares;
        this.origins = origins;
        this.dispatcher = dispatcher;
        this.current = current;
        guests = config.auth().guests();
    }

    void routes(@Observes Router router) {
        router.route("/api/*").order(-2).handler(this::arrived);
        router.route("/api/*")
                .last()
                .handler(request -> refuse(request, new Refusal(ErrorCode.NOT_FOUND, "path: there is none")));
    }

    /** Who makes the request that is being worked on. */
    public Identity identity() {
        return identity(current.getCurrent());
    }

    public static Identity identity(RoutingContext request) {
        Identity identity = request.get(IDENTITY);
        if (identity == null) {
            throw new Refusal(ErrorCode.UNAUTHORIZED, "a token is needed");
        }
        return identity;
    }

    /** The same, as one who does something. */
    public Actor actor() {
        var identity = identity();
        return Actor.of(identity.user(), identity.admin());
    }

    /** Where the request comes from, as one is to be counted. */
    public String address() {
        return address(current.getCurrent());
    }

    public static String address(RoutingContext request) {
        return Caller.of(request).address();
    }

    /** Whether the request comes by a name or address of this machine. */
    public boolean local() {
        return Caller.of(current.getCurrent()).local();
    }

    private void arrived(RoutingContext request) {
        request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (crossed(request)) {
            return;
        }
        if (request.request().method().equals(HttpMethod.POST)
                && request.normalizedPath().equals(GUESTS)) {
            guest(request);
            return;
        }
        var who = who(request);
        if (who == null) {
            refuse(request, new Refusal(ErrorCode.UNAUTHORIZED, "a token is needed"));
            return;
        }
        var context = request.vertx().getOrCreateContext();
        request.request().pause(); // the body is for whoever comes behind us
        who.subscribe()
                .with(
                        identity -> context.runOnContext(_ -> enter(request, identity)),
                        failure -> context.runOnContext(_ -> {
                            request.request().resume();
                            refuse(request, dispatcher.refusal(failure));
                        }));
    }

    /** Nobody has vouched for them yet, so their body is small, and not read where guests are off. */
    private void guest(RoutingContext request) {
        if (guests) {
            if (InboundBody.limit(request, GUEST_BODY)) {
                pass(request);
            }
        } else {
            refuse(request, new Refusal(ErrorCode.UNAUTHORIZED, "a token is needed"));
        }
    }

    private @Nullable Uni<Identity> who(RoutingContext request) {
        var token = token(request);
        if (token != null) {
            return authenticator.authenticate(token, null, address(request));
        }
        var ticket = ticket(request);
        return ticket == null ? null : authenticator.redeem(ticket, address(request));
    }

    private static @Nullable String token(RoutingContext request) {
        var header = request.request().getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? header.substring(BEARER.length()).strip()
                : null;
    }

    private static @Nullable String ticket(RoutingContext request) {
        return request.request().method().equals(HttpMethod.GET)
                ? request.request().getParam("ticket")
                : null;
    }

    private void enter(RoutingContext request, Identity identity) {
        request.request().resume();
        var tooFast = limits.take(What.REQUEST, identity.key());
        if (tooFast != null) {
            refuse(request, tooFast);
        } else {
            request.put(IDENTITY, identity);
            if (EVENTS.equals(request.normalizedPath())) {
                pass(request); // which lasts: its rooms are counted one by one
            } else {
                inTurn(request, identity.key());
            }
        }
    }

    /** When it is the user's turn; the next one's comes when this one is answered, or its client is gone. */
    private void inTurn(RoutingContext request, String user) {
        var context = request.vertx().getOrCreateContext();
        request.request().pause();
        shares.enter(user, task -> context.runOnContext(_ -> task.run()), () -> {
            if (request.response().closed()) {
                shares.leave(user);
                return;
            }
            var over = new AtomicBoolean();
            request.addEndHandler(_ -> {
                if (over.compareAndSet(false, true)) {
                    shares.leave(user);
                }
            });
            request.request().resume();
            pass(request);
        });
    }

    private static void pass(RoutingContext request) {
        var accept = request.request().headers().getAll(HttpHeaders.ACCEPT);
        if (accept.stream().mapToInt(String::length).sum() > ACCEPT) {
            var tooLong = new Refusal(ErrorCode.TOO_LARGE, "Accept: has at most " + ACCEPT + " characters");
            refuse(request, tooLong.problem().withStatus(431));
        } else {
            request.next();
        }
    }

    /** Whether this was all: a page of a foreign site is refused, a preflight of a trusted one is answered. */
    private boolean crossed(RoutingContext request) {
        var origin = request.request().getHeader(HttpHeaders.ORIGIN);
        var hosts = Caller.of(request).hosts();
        if (origins.foreign(origin, hosts)) {
            refuse(request, new Refusal(ErrorCode.FORBIDDEN, "Origin: is not trusted"));
            return true;
        }
        request.response().putHeader(HttpHeaders.VARY, "Origin, Accept");
        if (origin == null || !origins.cross(origin, hosts)) {
            return false;
        }
        request.response()
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        if (!request.request().method().equals(HttpMethod.OPTIONS)) {
            return false;
        }
        request.response()
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PUT, PATCH, DELETE")
                .putHeader(
                        HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
                        "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID, Prefer")
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, DAY)
                .setStatusCode(204)
                .end();
        return true;
    }

    public static void refuse(RoutingContext request, Refusal refusal) {
        refuse(request, refusal.problem());
    }

    public static void refuse(RoutingContext request, Problem problem) {
        var response = request.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
        if (problem.status() == ErrorCode.UNAUTHORIZED.status()) {
            var sent = token(request) != null || ticket(request) != null;
            response.putHeader("WWW-Authenticate", sent ? CHALLENGE + ", error=\"invalid_token\"" : CHALLENGE);
        }
        var seconds = problem.retryAfterSeconds();
        if (seconds != null) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        }
        response.end(Buffer.buffer(Codec.encode(problem)));
    }
}
