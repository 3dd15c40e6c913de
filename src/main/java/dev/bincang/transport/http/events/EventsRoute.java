package dev.bincang.transport.http.events;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.transport.Dispatcher;
import dev.bincang.transport.http.ApiEntry;
import dev.bincang.transport.http.events.HttpPeer.Wanted;
import dev.bincang.transport.load.Admission;
import io.netty.channel.Channel;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code GET /api/events?room=general@121-3133&room=random}: what happens in some rooms, in the {@link Format} that the
 * client accepts. A route and no resource, since an answer without end wants its connection's back pressure, and its bytes are
 * shared by all members of a room.
 *
 * <p>A long poll says so by {@code Prefer: wait=n} (RFC 7240), in seconds.
 */
@Singleton
class EventsRoute {

    private static final Pattern WAIT = Pattern.compile("(?:^|,)\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?=$|[,;])");
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
        var route = router.get("/api/events");
        for (var format : Format.values()) {
            route.produces(format.mediaType());
        }
        route.handler(this::asked);
        router.get("/api/events")
                .handler(request -> ApiEntry.refuse(
                        request,
                        Refusal.bad("Accept: application/json, application/x-ndjson or text/event-stream")
                                .problem()
                                .withStatus(406)));
    }

    private void asked(RoutingContext request) {
        try {
            var wanted = wanted(request);
            var identity = ApiEntry.identity(request);
            var refusal = admission.admit(ApiEntry.address(request));
            if (refusal != null) {
                throw refusal;
            }
            listen(request, identity, wanted.until(identity.expiresAt() - System.currentTimeMillis()));
        } catch (Refusal refusal) {
            ApiEntry.refuse(request, refusal);
        }
    }

    private void listen(RoutingContext request, Identity identity, Wanted wanted) {
        var channel = ((ConnectionBase) request.request().connection()).channel();
        var accepted = request.getAcceptableContentType();
        var format = accepted == null ? Format.POLL : Format.of(accepted);
        var loop = loops.of(channel.eventLoop(), format == null ? Format.POLL : format);
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

    // ---- what is asked for

    private Wanted wanted(RoutingContext request) {
        var rooms = Cursor.parse(request.queryParam("room"));
        if (rooms.isEmpty()) {
            throw Refusal.bad("room: at least one");
        }
        if (rooms.size() > config.limits().httpRooms()) {
            throw new Refusal(
                    ErrorCode.LIMIT_REACHED, "room: at most " + config.limits().httpRooms());
        }
        var lastSeen = request.request().getHeader(LAST_EVENT_ID);
        if (lastSeen != null && !lastSeen.isEmpty()) {
            Cursor.parse(List.of(lastSeen)).forEach((room, at) -> {
                if (rooms.containsKey(room)) {
                    rooms.put(room, at);
                }
            });
        }
        return new Wanted(rooms, newest(request), maxWait(request));
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
            // as one out of range
        }
        throw Refusal.bad("last: a number from 0 to " + config.limits().historyPage());
    }

    /** What is no wish we know is ignored (RFC 7240 section 2). */
    private Duration maxWait(RoutingContext request) {
        var prefers = request.request().headers().getAll("Prefer");
        var wait = WAIT.matcher(String.join(",", prefers));
        var asked = Duration.ofSeconds(wait.find() ? Long.parseLong(wait.group(1)) : 0);
        var most = config.http().maxWait();
        return asked.compareTo(most) > 0 ? most : asked;
    }
}
