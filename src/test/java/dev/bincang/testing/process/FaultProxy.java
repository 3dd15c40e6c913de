package dev.bincang.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** A TCP proxy that fails on demand. It stands between a pod and Redis, or between a client and a pod. */
public final class FaultProxy implements AutoCloseable {

    /** The purpose of a link, as far as it is known. A link to Redis is for pub/sub after its first SUBSCRIBE or SSUBSCRIBE. */
    public enum Kind {
        COMMANDS,
        PUBSUB,
        ANY
    }

    /** Some links that are frozen: bytes wait, and a closed end is not passed on, until {@link #thaw}. */
    public static final class Frozen {
        private final List<Link> held;

        private Frozen(List<Link> held) {
            this.held = held;
            held.forEach(link -> link.hold(true));
        }

        /** Passes on all that has waited. */
        public void thaw() {
            held.forEach(link -> link.hold(false));
        }
    }

    private final ServerSocket door;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicReference<String> losing = new AtomicReference<>();
    private volatile int target;
    private volatile Predicate<Link> freezing = _ -> false;
    private volatile Duration delay = Duration.ZERO;

    public FaultProxy(int target) {
        this.target = target;
        try {
            door = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::accept);
    }

    public int port() {
        return door.getLocalPort();
    }

    /** Sets the port to which new connections go. */
    public void target(int port) {
        target = port;
    }

    /** Closes both ends of all links of a kind. */
    public void cut(Kind kind) {
        some(kind).forEach(Link::close);
    }

    /** Freezes all open links of a kind. New links work. */
    public Frozen freeze(Kind kind) {
        return new Frozen(some(kind));
    }

    /** Acts like a broken network: freezes all links, and new ones too. Ended by {@link #thawAll}. */
    public void freezeAll() {
        freezeWhere(_ -> true);
    }

    /** As {@link #freezeAll}, but only for clients that connect from these addresses. */
    public void freezeFrom(Set<InetAddress> sources) {
        freezeWhere(link -> sources.contains(link.source()));
    }

    public void thawAll() {
        freezeWhere(_ -> false);
    }

    private void freezeWhere(Predicate<Link> frozen) {
        freezing = frozen;
        links.forEach(link -> link.hold(frozen.test(link)));
    }

    /** Delays everything that the server sends, on all links and new ones. Another delay holds for what waits, too. */
    public void delayReplies(Duration by) {
        delay = by;
        links.forEach(link -> link.delay(by));
    }

    /** Delays everything that the server sends, on the open links of a kind. */
    public void delayReplies(Kind kind, Duration by) {
        some(kind).forEach(link -> link.delay(by));
    }

    /** From now on nothing that the server sends arrives, on the open links. */
    public void deafen() {
        links.forEach(Link::deafen);
    }

    /** Passes on the next request that contains the pattern, and cuts the link when the reply comes. */
    public void loseReplyTo(String pattern) {
        losing.set(pattern);
    }

    /** Whether a reply was lost. */
    public boolean hasLost() {
        return losing.get() == null;
    }

    private boolean losesReply(String request) {
        var pattern = losing.get();
        return pattern != null && request.contains(pattern) && losing.compareAndSet(pattern, null);
    }

    /** The number of links so far. */
    public int opened() {
        return opened.get();
    }

    public int open(Kind kind) {
        return some(kind).size();
    }

    private List<Link> some(Kind kind) {
        return links.stream()
                .filter(link -> kind == Kind.ANY || link.isPubSub() == (kind == Kind.PUBSUB))
                .toList();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                var client = door.accept();
                Thread.startVirtualThread(() -> open(client));
            } catch (IOException e) {
                // the proxy was closed, or a client has gone at once
            }
        }
    }

    private void open(Socket client) {
        try {
            var server = new Socket(InetAddress.getLoopbackAddress(), target);
            var link = new Link(client, server, this::losesReply, () -> links.removeIf(Link::isClosed));
            link.delay(delay);
            link.hold(freezing.test(link));
            links.add(link);
            opened.incrementAndGet();
            link.start();
        } catch (IOException e) {
            Link.close(client); // no server listens: the client sees a connection that ends
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        links.forEach(Link::close);
        thawAll();
    }
}
