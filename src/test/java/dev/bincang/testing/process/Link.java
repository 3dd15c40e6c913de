package dev.bincang.testing.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The two sockets of a link of a {@link FaultProxy}, and the threads that copy the bytes. */
final class Link implements Closeable {

    private static final String SUBSCRIBE = "$9\r\nsubscribe\r\n";
    private static final String SSUBSCRIBE = "$10\r\nssubscribe\r\n";

    /** Bytes from the server, and when they came, from {@link System#nanoTime}. */
    private record Late(byte[] chunk, long since) {}

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
    private volatile boolean losing;
    private Duration delay = Duration.ZERO;
    private boolean held;

    /**
     * Makes a link that does not copy yet.
     *
     * @param losesReply whether the reply to this request is lost, and the link is cut
     * @param ended runs when the link is closed, once or more often
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

    /** The address that the client connects from. */
    InetAddress source() {
        return client.getInetAddress();
    }

    boolean isPubSub() {
        return pubsub;
    }

    void deafen() {
        deaf = true;
    }

    /** Sets the delay of what the server sends, also of what waits now. */
    synchronized void delay(Duration by) {
        delay = by;
        notifyAll();
    }

    private synchronized void passWhenDue(long since) throws InterruptedException {
        for (var left = left(since); left > 0; left = left(since)) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private long left(long since) {
        return delay.toNanos() - (System.nanoTime() - since);
    }

    /** Freezes or thaws the link. While it is frozen, nothing passes, not even the end of a side. */
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
            // it is already closed
        }
    }

    private void requests() {
        copy(client, chunk -> {
            var request = new String(chunk, ISO_8859_1);
            var lowerCase = request.toLowerCase(Locale.ROOT);
            pubsub |= lowerCase.contains(SUBSCRIBE) || lowerCase.contains(SSUBSCRIBE);
            losing |= !pubsub && losesReply.test(request);
            passWhenThawed();
            server.getOutputStream().write(chunk);
        });
    }

    /** Copies the server's bytes. Another thread passes them on, so a delay does not limit the throughput. */
    private void replies() {
        copy(server, chunk -> {
            if (losing) {
                throw new IOException("a reply is lost");
            }
            late.add(new Late(chunk, System.nanoTime()));
        });
    }

    private void deliver() {
        try {
            while (true) {
                var next = late.take();
                passWhenDue(next.since);
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
            // one side has ended, so end the other one
        }
        close();
    }
}
