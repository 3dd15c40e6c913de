package dev.bincang.transport.http.events;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.transport.Dispatcher;
import dev.bincang.transport.http.Accept;
import dev.bincang.transport.http.ApiEntry;
import dev.bincang.transport.http.events.HttpPeer.Wanted;
import dev.bincang.transport.load.Admission;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/events?room=general@121-3133&room=random}: the events of some rooms, in the {@link Format} that the
 * client accepts. It is a route and not a REST resource: an endless answer needs the backpressure of its connection,
 * and all members of a room share its bytes.
 *
 * <p>A client asks for a long poll by {@code Prefer: wait=n} (RFC 7240), in seconds.
 */
@Singleton
class EventsRoute {

    private static final String METHODS = "GET, HEAD, OPTIONS";
    private static final Pattern WAIT =
            Pattern.compile("(?:^|,)\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?=$|[,;])", Pattern.CASE_INSENSITIVE);
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final HttpLoops loops;
    private final Dispatcher dispatcher;
    private final Admission admission;
    private final BincangConfig config;

    EventsRoute(HttpLoops loops, Dispatcher dispatcher, Admission admission, BincangConfig config) {
        this.loops = loops;
        this.dispatcher = dispatcher;
        this.admission = admission;
        this.config = config;
    }

    void route(@Observes Router router) {
        router.route("/api/events").handler(this::asked);
    }

    private void asked(RoutingContext request) {
        var method = request.request().method();
        if (method.equals(HttpMethod.OPTIONS)) {
            request.response().putHeader("Allow", METHODS).setStatusCode(204).end();
        } else if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            answer(request);
        } else {
            request.response().putHeader("Allow", METHODS);
            refuse(request, 405, "method: " + METHODS);
        }
    }

    private void answer(RoutingContext request) {
        var type = Accept.best(request.request().headers().getAll(HttpHeaders.ACCEPT), Format.MEDIA_TYPES);
        var format = type == null ? null : Format.of(type);
        if (format == null) {
            refuse(request, 406, "Accept: " + String.join(" or ", Format.MEDIA_TYPES));
            return;
        }
        try {
            var wanted = wanted(request);
            var identity = ApiEntry.identity(request);
            if (request.request().method().equals(HttpMethod.HEAD)) {
                request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, format.mediaType())
                        .end();
                return;
            }
            var refusal = admission.admit(ApiEntry.address(request));
            if (refusal != null) {
                throw refusal;
            }
            listen(request, format, identity, wanted.until(identity.expiresAt() - System.currentTimeMillis()));
        } catch (Refusal refusal) {
            ApiEntry.refuse(request, refusal);
        }
    }

    private static void refuse(RoutingContext request, int status, String detail) {
        ApiEntry.refuse(request, Refusal.bad(detail).problem().withStatus(status));
    }

    private void listen(RoutingContext request, Format format, Identity identity, Wanted wanted) {
        var channel = ((ConnectionBase) request.request().connection()).channel();
        var loop = loops.of(channel.eventLoop(), format);
        loop.loop().execute(() -> peer(request, channel, loop, wanted).open(identity, wanted));
    }

    private HttpPeer peer(RoutingContext request, Channel channel, HttpLoop loop, Wanted wanted) {
        if (loop.format() == Format.POLL) {
            return new PollPeer(
                    request,
                    loop,
                    dispatcher,
                    wanted.maxWait(),
                    config.redis().timeout().plusMillis(500));
        }
        return new StreamPeer(request, channel, loop, dispatcher, config);
    }

    // ---- the request's parameters

    private Wanted wanted(RoutingContext request) {
        var rooms = Cursor.parse(request.queryParam("room"));
        if (rooms.isEmpty()) {
            throw Refusal.bad("room: at least one is required");
        }
        if (rooms.size() > config.limits().httpRooms()) {
            throw new Refusal(
                    ErrorCode.LIMIT_REACHED, "room: at most " + config.limits().httpRooms() + " are allowed");
        }
        var stated = new LinkedHashMap<RoomId, @Nullable Id>(rooms);
        var lastSeen = request.request().getHeader(LAST_EVENT_ID);
        if (lastSeen != null && !lastSeen.isEmpty()) {
            Cursor.parse(List.of(lastSeen)).forEach((room, at) -> {
                if (rooms.containsKey(room)) {
                    rooms.put(room, at);
                }
            });
        }
        return new Wanted(rooms, stated, newest(request), maxWait(request));
    }

    private int newest(RoutingContext request) {
        var values = request.queryParam("last");
        if (values.isEmpty()) {
            return 0;
        }
        try {
            var newest = Integer.parseInt(values.getFirst());
            if (newest >= 0 && newest <= config.limits().historyPage()) {
                return newest;
            }
        } catch (NumberFormatException _) {
            // same answer as for a number out of range
        }
        throw Refusal.bad("last: must be a number from 0 to " + config.limits().historyPage());
    }

    /**
     * The {@code wait} that the client asks for, at most the configured maximum; zero if it asks for none. Unknown
     * preferences are ignored (RFC 7240 section 2).
     */
    private Duration maxWait(RoutingContext request) {
        var prefers = request.request().headers().getAll("Prefer");
        var wait = WAIT.matcher(String.join(",", prefers));
        var asked = Duration.ofSeconds(wait.find() ? Long.parseLong(wait.group(1)) : 0);
        var most = config.http().maxWait();
        return asked.compareTo(most) > 0 ? most : asked;
    }
}
