package dev.bincang.transport.http.events;

import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.hub.LoopHub;
import dev.bincang.protocol.CloseCode;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.transport.Dispatcher;
import dev.bincang.transport.ListenerSession;
import dev.bincang.transport.Peer;
import dev.bincang.transport.http.ApiEntry;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One listening request. It is a client as long as it lasts. Used on its event loop only.
 *
 * <pre>
 *   new ──entered──▶ open ──answered, or its client is gone──▶ over
 *    └──── refused ───────────────────────────────────────────▶
 * </pre>
 */
abstract sealed class HttpPeer implements Peer permits StreamPeer, PollPeer {

    /**
     * The parameters of the request.
     *
     * @param rooms the rooms, each with its start position; null means "from now on"
     * @param stated the same rooms with the positions that the address states; {@code Last-Event-ID} does not change
     *     these
     * @param newest for a room without a position: the number of newest events to deliver first
     * @param maxWait how long the answer may take until there is something to deliver
     */
    record Wanted(Map<RoomId, @Nullable Id> rooms, Map<RoomId, @Nullable Id> stated, int newest, Duration maxWait) {

        /**
         * Limits {@code maxWait} to the time until the token expires, {@code endMs} from now. The limit is at least one
         * second, because a token may be valid only within the allowed clock skew.
         */
        Wanted until(long endMs) {
            var left = Duration.ofMillis(Math.max(1_000, endMs));
            return maxWait.compareTo(left) <= 0 ? this : new Wanted(rooms, stated, newest, left);
        }
    }

    final RoutingContext request;
    final HttpServerResponse response;
    final HttpLoop loop;
    final ListenerSession listening;
    private final Dispatcher dispatcher;
    private final String id;
    private boolean open;
    private boolean over;
    private boolean moving;

    HttpPeer(RoutingContext request, HttpLoop loop, Dispatcher dispatcher) {
        this.request = request;
        this.loop = loop;
        this.dispatcher = dispatcher;
        response = request.response();
        id = Integer.toHexString(System.identityHashCode(this));
        listening = dispatcher.listen(this);
    }

    /** Joins the rooms, and answers with their events or a refusal. */
    void open(Identity identity, Wanted wanted) {
        loop.add(this);
        request.addEndHandler(_ -> onLoop(this::gone)); // the response's own handlers are used by others
        if (response.closed()) { // the client left before the end handler was set
            gone();
            return;
        }
        listening
                .enter(identity, wanted.rooms(), wanted.newest())
                .subscribe()
                .with(
                        welcome -> onLoop(() -> {
                            if (!over) {
                                open = true;
                                entered(welcome, wanted.stated());
                            }
                        }),
                        failure -> onLoop(() -> refuse(dispatcher.refusal(failure))));
    }

    /**
     * Called when the client has joined its rooms. Their subscriptions are not started yet.
     *
     * @param stated the positions that the address states
     */
    abstract void entered(Frame.Welcome welcome, Map<RoomId, @Nullable Id> stated);

    /**
     * Checks the request. Called every second.
     *
     * @param now of {@link System#nanoTime}
     */
    abstract void turn(long now);

    /** Answers with this refusal, and ends. */
    final void refuse(Refusal refusal) {
        if (!over) {
            gone();
            ApiEntry.refuse(request, refusal);
        }
    }

    /** Whether the rooms are joined and the request has not ended. */
    boolean isOpen() {
        return open && !over;
    }

    /** Ends the session. Nothing is written after that. Further calls do nothing. */
    void gone() {
        if (!over) {
            over = true;
            loop.remove(this);
            listening.closed();
        }
    }

    /** Answers with the refusal that corresponds to a close code, where a socket would be closed. */
    final void refuse(CloseCode code) {
        var away = code.code() < CloseCode.OVERLOADED.code();
        refuse(new Refusal(away ? ErrorCode.FORBIDDEN : ErrorCode.UNAVAILABLE, code.reason(), away ? null : 0L));
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String address() {
        return ApiEntry.address(request);
    }

    /** Null: {@link ApiEntry} has already checked the token. */
    @Override
    public @Nullable String takeToken() {
        return null;
    }

    @Override
    public LoopHub hub() {
        return loop.hub();
    }

    @Override
    public void onLoop(Runnable task) {
        if (loop.here()) {
            task.run();
        } else {
            loop.loop().execute(task);
        }
    }

    @Override
    public void after(Duration delay, Runnable task) {
        loop.loop().after(delay, task);
    }

    @Override
    public void move(Duration in, CloseCode why) {
        if (!over && !moving) {
            moving = true;
            loop.told();
            after(in, () -> {
                if (!over) {
                    close(why);
                }
            });
        }
    }

    @Override
    public boolean moving() {
        return moving;
    }

    @Override
    public boolean greeted() {
        return isOpen();
    }

    /** Does nothing: a listener sends nothing after its request. */
    @Override
    public void reading(boolean on) {}
}
