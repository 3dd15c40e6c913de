package dev.bincang.testing.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Two sockets of a {@link FaultProxy} and what is pumped between them. */
final class Link implements Closeable {

    private static final String SUBSCRIBE = "$9\r\nsubscribe\r\n";

    /** What the server said, and when it may arrive. */
    private record Late(byte[] chunk, long due) {}

    private interface Sink {
        void take(byte[] chunk) throws IOException, InterruptedException;
    }

    private final Socket client;
    private final Socket server;
    private final Predicate<String> losesReply;
    private final Runnable ended;
    private final BlockingQueue<Late> late = new LinkedBlockingQueue<>();
    private final Thread writer = Thread.ofVirtual().unstarted(this::deliver);
    private volatile boolean pubsub;
    private volatile boolean deaf;
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean losing;
    private boolean held;

    /**
     * Not pumping yet.
     *
     * @param losesReply whether the reply to this request is to be lost, and the link with it
     * @param ended run when the link is closed, once or more
     */
    Link(Socket client, Socket server, Predicate<String> losesReply, Runnable ended) throws IOException {
        this.client = client;
        this.server = server;
        this.losesReply = losesReply;
        this.ended = ended;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
    }

    void start() {
        Thread.startVirtualThread(this::requests);
        Thread.startVirtualThread(this::replies);
        writer.start();
    }

    boolean isClosed() {
        return client.isClosed();
    }

    boolean isPubSub() {
        return pubsub;
    }

    void deafen() {
        deaf = true;
    }

    void delay(Duration by) {
        delay = by;
    }

    /** While it is held, nothing passes, not even the end of a side. */
    synchronized void hold(boolean on) {
        held = on;
        notifyAll();
    }

    private synchronized void passWhenThawed() throws InterruptedException {
        while (held) {
            wait();
        }
    }

    @Override
    public void close() {
        close(client);
        close(server);
        writer.interrupt();
        hold(false);
        ended.run();
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // gone is what it should be
        }
    }

    private void requests() {
        copy(client, chunk -> {
            var request = new String(chunk, ISO_8859_1);
            pubsub |= request.toLowerCase(Locale.ROOT).contains(SUBSCRIBE);
            losing |= !pubsub && losesReply.test(request);
            passWhenThawed();
            server.getOutputStream().write(chunk);
        });
    }

    /** What is read here is passed on by another thread, so that a delay is one and not a bottleneck. */
    private void replies() {
        copy(server, chunk -> {
            if (losing) {
                throw new IOException("a reply is lost");
            }
            late.add(new Late(chunk, System.nanoTime() + delay.toNanos()));
        });
    }

    private void deliver() {
        try {
            while (true) {
                var next = late.take();
                TimeUnit.NANOSECONDS.sleep(next.due - System.nanoTime());
                passWhenThawed();
                if (!deaf) {
                    client.getOutputStream().write(next.chunk);
                }
            }
        } catch (IOException | InterruptedException e) {
            close();
        }
    }

    private void copy(Socket from, Sink sink) {
        var buffer = new byte[64 * 1024];
        try {
            for (int n = from.getInputStream().read(buffer);
                    n >= 0;
                    n = from.getInputStream().read(buffer)) {
                sink.take(Arrays.copyOf(buffer, n));
            }
            passWhenThawed();
        } catch (IOException | InterruptedException e) {
            // one side is gone: so is the other now
        }
        close();
    }
}
