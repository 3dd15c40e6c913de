package dev.bincang.transport.websocket;

import dev.bincang.BincangConfig;
import dev.bincang.ConnectionConfig;
import dev.bincang.hub.Hub;
import dev.bincang.hub.LoopHub;
import dev.bincang.protocol.CloseCode;
import dev.bincang.transport.load.Outcomes;
import dev.bincang.transport.load.Relocation;
import dev.bincang.transport.loop.NettyLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One event loop with its sockets, and the one timer that checks them all. The timer turns a wheel with one slot for
 * each second of the ping interval. Each second it pings the sockets of one slot.
 */
final class SocketLoop implements Relocation.ClientGroup {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** The longest time between two turns that counts. */
    private static final long LONGEST_TURN = 2 * SECOND;

    private final EventLoop eventLoop;
    private final NettyLoop loop;
    private final LoopHub hub;
    private final ConnectionConfig config;
    private final Outcomes outcomes;
    private final WriteBufferWaterMark outbox;
    private final List<List<SocketPeer>> wheel = new ArrayList<>();
    private final Map<SocketPeer, Long> ungreeted = new LinkedHashMap<>();
    private final Set<SocketPeer> watched = new LinkedHashSet<>();
    private long lastTurn = System.nanoTime();
    /** The time in which the loop did not run. */
    private long stoodStill;

    private int slot;
    private int size;
    private int moving;

    SocketLoop(EventLoop eventLoop, Hub hub, BincangConfig config, Outcomes outcomes) {
        this.eventLoop = eventLoop;
        loop = new NettyLoop(eventLoop);
        this.config = config.connection();
        this.outcomes = outcomes;
        this.hub = hub.on(loop);
        var bytes = (int) this.config.outbox().asLongValue();
        outbox = new WriteBufferWaterMark(bytes / 2, bytes);
        for (long i = 0; i < Math.max(1, this.config.pingInterval().toSeconds()); i++) {
            wheel.add(new ArrayList<>());
        }
        loop.every(Duration.ofSeconds(1), this::turn);
    }

    LoopHub hub() {
        return hub;
    }

    Outcomes outcomes() {
        return outcomes;
    }

    Duration pingInterval() {
        return config.pingInterval();
    }

    WriteBufferWaterMark outbox() {
        return outbox;
    }

    /** Sockets open on this loop. For metrics; callable from any thread, so the value may be a moment old. */
    int open() {
        return size;
    }

    NettyLoop loop() {
        return loop;
    }

    /**
     * The time in nanoseconds, for measuring how long a client is silent. If the pod was paused or had no CPU, that time
     * does not count: what the client sent may be in the socket, unread, and nobody pinged it.
     */
    long now() {
        return System.nanoTime() - stoodStill;
    }

    void add(SocketPeer peer) {
        size++;
        ungreeted.put(peer, now());
        wheel.get((slot + wheel.size() - 1) % wheel.size()).add(peer); // the slot whose turn comes last
    }

    /** Counts a client that was told to move to another pod. */
    void told() {
        moving++;
    }

    @Override
    public boolean stays() {
        return true;
    }

    @Override
    public int size() {
        return size - moving;
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    @Override
    public List<SocketPeer> clients() {
        return wheel.stream()
                .flatMap(List::stream)
                .filter(peer -> !peer.isGone())
                .toList();
    }

    void remove(SocketPeer peer) {
        size--;
        if (peer.moving()) {
            moving--;
        }
        ungreeted.remove(peer);
        watched.remove(peer);
        peer.gone();
    }

    /** Watches a socket whose outbox is full or whose message has begun, to detect that it makes no progress. */
    void watch(SocketPeer peer) {
        watched.add(peer);
    }

    /**
     * Checks the sockets, once a second. An exception of one connection is logged, and the others are still checked.
     */
    private void turn() {
        var turn = System.nanoTime();
        stoodStill += Math.max(0, turn - lastTurn - LONGEST_TURN);
        lastTurn = turn;
        var now = now();
        var silence = config.pingInterval().toNanos() * 2;
        var due = wheel.get(slot);
        slot = (slot + 1) % wheel.size();
        due.removeIf(SocketPeer::isGone);
        NettyLoop.each(due, peer -> peer.ping(now, silence));
        ungreeted.keySet().removeIf(SocketPeer::greeted);
        NettyLoop.each(ungreeted.entrySet(), late -> {
            if (now - late.getValue() > config.helloTimeout().toNanos() - SECOND / 2) {
                late.getKey().close(CloseCode.NO_HELLO);
            }
        });
        NettyLoop.each(watched, peer -> {
            if (!peer.waits(
                    now,
                    config.stallTimeout().toNanos(),
                    config.messageTimeout().toNanos())) {
                watched.remove(peer);
            }
        });
    }
}
