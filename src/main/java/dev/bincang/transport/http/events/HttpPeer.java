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
 * One request that listens: a client for as long as it lasts. Used on its event loop only.
 *
 * <pre>
 *   new ──entered──▶ open ──answered, or its client is gone──▶ over
 *    └──── refused ───────────────────────────────────────────▶
 * </pre>
 */
abstract sealed class HttpPeer implements Peer permits StreamPeer, PollPeer {

    /**
     * What the client asks for.
     *
     * @param rooms and from which position, null for "from now on"
     * @param stated the same as the address states it, which {@code Last-Event-ID} does not change
     * @param newest where there is no position: so many of the newest events first
     * @param maxWait how long the answer may take until there is something to tell
     */
    record Wanted(Map<RoomId, @Nullable Id> rooms, Map<RoomId, @Nullable Id> stated, int newest, Duration maxWait) {

        /** Not longer than until a token's end, in so many milliseconds; but a second, for one within the clocks' skew. */
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

    /** Answers, in the end. */
    void open(Identity identity, Wanted wanted) {
        loop.add(this);
        request.addEndHandler(_ -> onLoop(this::gone)); // and not the response's handlers, which others need too
        if (response.closed()) { // before anybody could be told
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
     * He may; his rooms wait to be started.
     *
     * @param stated where the address says that the client is in them
     */
    abstract void entered(Frame.Welcome welcome, Map<RoomId, @Nullable Id> stated);

    /** Every second. */
    abstract void turn(long now);

    /** Answers with nothing but this. */
    final void refuse(Refusal refusal) {
        if (!over) {
            gone();
            ApiEntry.refuse(request, refusal);
        }
    }

    /** Whether its rooms are known, and it is not over. */
    boolean isOpen() {
        return open && !over;
    }

    /** Nothing is written any more. */
    void gone() {
        if (!over) {
            over = true;
            loop.remove(this);
            listening.closed();
        }
    }

    /** The same, where its connection would be closed if it had one. */
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

    /** The door has judged it. */
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

    /** It has said all it has to. */
    @Override
    public void reading(boolean on) {}
}
