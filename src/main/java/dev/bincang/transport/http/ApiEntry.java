package dev.bincang.transport.http;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Authenticator;
import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Refusal.Problem;
import dev.bincang.room.Actor;
import dev.bincang.transport.Dispatcher;
import dev.bincang.transport.Origins;
import dev.bincang.transport.inbound.Caller;
import dev.bincang.transport.inbound.InboundBody;
import dev.bincang.transport.inbound.ProblemAnswer;
import dev.bincang.transport.load.Shares;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The entry to {@code /api}, before all other routes. A request without a valid token is answered 401 before any
 * resource is looked up, so that neither paths nor rooms can be guessed. A token comes as {@code Authorization: Bearer}
 * (RFC 6750); a GET may bring a ticket instead. Pages of other sites are allowed if {@code bincang.http.origins} lists
 * them (CORS, Fetch standard).
 */
@Singleton
public class ApiEntry {

    private static final String IDENTITY = "bincang.identity";
    private static final String GUESTS = "/api/guests";
    private static final String EVENTS = "/api/events";
    /** Maximum size of a guest request's body, in bytes: a name of 64 code points fits, each written as two escapes. */
    private static final int GUEST_BODY = 4 * 1024;
    /** Headers and parameters that the framework takes for missing if they are empty: a condition would be dropped. */
    private static final List<String> NEVER_EMPTY = List.of("If-Match", "If-None-Match", "Idempotency-Key", "limit");

    /** Maximum length of {@code Accept}, in characters: a browser sends about 150. */
    private static final int ACCEPT = 1024;

    private static final String DAY = "86400";
    /** The headers that a script of another site may read, in addition to those that the Fetch standard allows. */
    private static final String EXPOSED =
            "Allow, Date, ETag, Link, Location, Preference-Applied, Retry-After, WWW-Authenticate";

    /** The challenge to a request without a token (RFC 6750 section 3). */
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
                .handler(request -> refuse(request, new Refusal(ErrorCode.NOT_FOUND, "path: does not exist")));
    }

    /**
     * The user of the current request.
     *
     * @throws Refusal {@code unauthorized} if there is none
     */
    public Identity identity() {
        return identity(current.getCurrent());
    }

    public static Identity identity(RoutingContext request) {
        Identity identity = request.get(IDENTITY);
        if (identity == null) {
            throw new Refusal(ErrorCode.UNAUTHORIZED, "a token is required");
        }
        return identity;
    }

    /** The user of the current request, as the actor of a command. */
    public Actor actor() {
        var identity = identity();
        return Actor.of(identity.user(), identity.admin());
    }

    /** The address of the current request, in the form that limits count. */
    public String address() {
        return address(current.getCurrent());
    }

    public static String address(RoutingContext request) {
        return Caller.of(request).address();
    }

    /** Whether the request uses a name or address of this machine. */
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
            refuse(request, new Refusal(ErrorCode.UNAUTHORIZED, "a token is required"));
            return;
        }
        var context = request.vertx().getOrCreateContext();
        request.request().pause(); // a later handler reads the body
        who.subscribe()
                .with(
                        identity -> context.runOnContext(_ -> enter(request, identity)),
                        failure -> context.runOnContext(_ -> {
                            request.request().resume();
                            refuse(request, dispatcher.refusal(failure));
                        }));
    }

    /**
     * Lets a request for a guest token pass. It is not authenticated, so its body is small. If guests are off, the body
     * is not read.
     */
    private void guest(RoutingContext request) {
        if (guests) {
            if (InboundBody.limit(request, GUEST_BODY)) {
                pass(request);
            }
        } else {
            refuse(request, new Refusal(ErrorCode.UNAUTHORIZED, "a token is required"));
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
        return Authenticator.bearer(request.request().getHeader(HttpHeaders.AUTHORIZATION));
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
                pass(request); // it lasts long, so its joins are limited one by one
            } else {
                inTurn(request, identity.key());
            }
        }
    }

    /** Continues when the user's turn comes. The turn ends when the request is answered or its client is gone. */
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
            var tooLong = new Refusal(ErrorCode.TOO_LARGE, "Accept: must have at most " + ACCEPT + " characters");
            refuse(request, tooLong.problem().withStatus(431));
            return;
        }
        for (var name : NEVER_EMPTY) {
            if ("".equals(request.request().getHeader(name))
                    || request.queryParam(name).contains("")) {
                refuse(request, Refusal.bad(name + ": is empty"));
                return;
            }
        }
        request.next();
    }

    /**
     * Applies CORS. True if the request is answered: a page of a foreign site is refused, and a preflight request of a
     * trusted page is answered.
     */
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
        if (problem.status() == ErrorCode.UNAUTHORIZED.status()) {
            var sent = token(request) != null || ticket(request) != null;
            var challenge = sent ? CHALLENGE + ", error=\"invalid_token\"" : CHALLENGE;
            request.response().putHeader("WWW-Authenticate", challenge);
        }
        ProblemAnswer.send(request.response(), problem);
    }
}
