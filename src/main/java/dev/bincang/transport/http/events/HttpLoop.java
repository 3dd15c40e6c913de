package dev.bincang.transport.http.events;

import dev.bincang.hub.Hub;
import dev.bincang.hub.LoopHub;
import dev.bincang.transport.load.Outcomes;
import dev.bincang.transport.load.Relocation;
import dev.bincang.transport.loop.NettyLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The listening requests of one event loop in one format, and the one timer that checks them. Each format has its own
 * fan-out, so that a batch is encoded once for all its receivers.
 */
final class HttpLoop implements Relocation.ClientGroup {

    private final EventLoop eventLoop;
    private final NettyLoop loop;
    private final Format format;
    private final LoopHub hub;
    private final Outcomes outcomes;
    private final Set<HttpPeer> peers = new LinkedHashSet<>();
    private int moving;
    /** Both are read from any thread, so a value may be a moment old. */
    private volatile int open;

    private volatile int size;

    HttpLoop(EventLoop eventLoop, Format format, Hub hub, Outcomes outcomes) {
        this.eventLoop = eventLoop;
        loop = new NettyLoop(eventLoop);
        this.format = format;
        this.outcomes = outcomes;
        this.hub = hub.on(loop);
        loop.every(Duration.ofSeconds(1), this::turn);
    }

    Format format() {
        return format;
    }

    Outcomes outcomes() {
        return outcomes;
    }

    LoopHub hub() {
        return hub;
    }

    int open() {
        return open;
    }

    @Override
    public boolean stays() {
        return format != Format.POLL;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    @Override
    public List<HttpPeer> clients() {
        return List.copyOf(peers);
    }

    boolean here() {
        return eventLoop.inEventLoop();
    }

    NettyLoop loop() {
        return loop;
    }

    void add(HttpPeer peer) {
        peers.add(peer);
        count();
    }

    void remove(HttpPeer peer) {
        peers.remove(peer);
        if (peer.moving()) {
            moving--;
        }
        count();
    }

    /** Counts a client that was told to move to another pod. */
    void told() {
        moving++;
        count();
    }

    private void count() {
        open = peers.size();
        size = open - moving;
    }

    private void turn() {
        var now = System.nanoTime();
        NettyLoop.each(peers, peer -> peer.turn(now));
    }
}
