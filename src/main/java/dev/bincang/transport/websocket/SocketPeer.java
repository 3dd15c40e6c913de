package dev.bincang.transport.websocket;

import dev.bincang.hub.Hub;
import dev.bincang.hub.LoopHub;
import dev.bincang.protocol.CloseCode;
import dev.bincang.transport.Peer;
import dev.bincang.transport.Session;
import dev.bincang.transport.loop.StallDetector;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One WebSocket connection. Its outbox is the channel's outbound buffer, bounded by its water marks. */
final class SocketPeer implements Peer {

    /** The names that Vert.x gives to its WebSocket decoder and encoder. */
    private static final List<String> CODEC = List.of("wsdecoder", "wsencoder");
    /** How long the client may take to answer a close frame. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final WebSocketConnection connection;
    private final Channel channel;
    /** The encoder's context. What is written here goes below the encoder, to the socket or into TLS. */
    private final ChannelHandlerContext wire;
    /** The direct way to the socket; null if a handler (TLS, a log) is between encoder and socket. */
    private final Channel.@Nullable Unsafe bare;

    private final SocketLoop loop;
    private @Nullable Session session;
    private long lastSign;
    private final StallDetector stallDetector = new StallDetector();
    private final WholeMessages messages;
    private final ReadSwitch reads;
    private boolean closing;
    private boolean moving;
    private boolean gone;

    SocketPeer(WebSocketConnection connection, Channel channel, SocketLoop loop) {
        this.connection = connection;
        this.channel = channel;
        this.loop = loop;
        lastSign = loop.now();
        this.wire = channel.pipeline().context(CODEC.getLast());
        if (wire == null) {
            throw new IllegalStateException("Vert.x' WebSocket encoder has another name in this version");
        }
        if (channel.pipeline().get("idle") != null) {
            channel.pipeline().remove("idle"); // HTTP's idle timeout; a silent socket is checked by our own pings
        }
        var first = channel.pipeline().names().stream()
                .filter(name -> !name.equals(WholeMessages.BYTES))
                .limit(2)
                .toList();
        bare = first.equals(CODEC) ? channel.unsafe() : null;
        channel.config().setWriteBufferWaterMark(loop.outbox());
        messages = WholeMessages.of(channel);
        reads = new ReadSwitch(channel);
    }

    void open(Session opened) {
        session = opened;
        loop.add(this);
        messages.tell(this);
    }

    void received(String text) {
        alive();
        if (session != null) {
            session.received(text);
        }
    }

    void receivedBinary() {
        alive();
        if (session != null) {
            session.receivedBinary();
        }
    }

    void alive() {
        lastSign = loop.now();
    }

    void closed() {
        closing = true;
        loop.remove(this);
        if (session != null) {
            session.closed();
        }
    }

    // ---- events of the channel

    /** The client broke the protocol and got a close frame. Nothing more is written, and the connection ends. */
    void broken() {
        closing = true;
        if (session != null) {
            session.closed();
        }
    }

    /** A frame or a message has begun and is not complete. Returns the time of the loop. */
    long waitsForTheRest() {
        loop.watch(this);
        return loop.now();
    }

    void writabilityChanged() {
        reads.full(!writable());
        if (!writable()) {
            stallDetector.begun();
            loop.watch(this);
        } else {
            alive(); // the client took something, and its pongs may have waited
        }
    }

    void gone() {
        gone = true;
    }

    boolean isGone() {
        return gone;
    }

    @Override
    public boolean greeted() {
        return session != null && session.greeted();
    }

    /** Pings the client, or cuts it off after {@code silenceNanos} without a sign of life. */
    void ping(long now, long silenceNanos) {
        if (session != null) {
            session.tick();
        }
        if (!writable()) {
            return; // the stall check watches it, and its pongs are not read now
        }
        if (now - lastSign > silenceNanos) {
            cutOff(CloseCode.NO_PONG);
        } else {
            wire.writeAndFlush(Frames.ping(channel.alloc()), wire.voidPromise());
        }
    }

    /**
     * Whether data waits to be written, or the rest of a message to be read. Cuts off a client that takes no data for
     * {@code stallNanos}, or whose message is incomplete for longer than {@code messageNanos}.
     */
    boolean waits(long now, long stallNanos, long messageNanos) {
        var stalledNanos = stallDetector.stalled(channel, now);
        var late = reads.on() && messages.unfinishedNanos(now) > messageNanos;
        if (stalledNanos > stallNanos || late) {
            cutOff(late ? CloseCode.SLOW_MESSAGE : CloseCode.NO_PROGRESS);
            return false;
        }
        return stalledNanos >= 0 || messages.unfinishedNanos(now) >= 0;
    }

    /**
     * Closes the connection, and cuts it if the client does not answer. If the outbox is full, cuts it at once: the
     * close frame would wait behind data that the client does not take.
     */
    private void cutOff(CloseCode code) {
        close(code);
        if (channel.isWritable()) {
            loop.loop().after(CLOSE_TIMEOUT, this::cut);
        } else {
            cut();
        }
    }

    /** Closes below Vert.x's handler, which would first wait until all pending data is written. */
    private void cut() {
        wire.close();
    }

    // ---- for the session and its subscriptions

    @Override
    public String id() {
        return connection.id();
    }

    @Override
    public String address() {
        return String.valueOf(connection.userData().get(UpgradeCheck.ADDRESS));
    }

    @Override
    public @Nullable String takeToken() {
        return connection.userData().remove(UpgradeCheck.TOKEN);
    }

    @Override
    public LoopHub hub() {
        return loop.hub();
    }

    @Override
    public void onLoop(Runnable task) {
        if (channel.eventLoop().inEventLoop()) {
            task.run();
        } else {
            channel.eventLoop().execute(task);
        }
    }

    @Override
    public void after(Duration delay, Runnable task) {
        loop.loop().after(delay, task);
    }

    @Override
    public Duration pingInterval() {
        return loop.pingInterval();
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    @Override
    public void write(Batch batch) {
        var shared = (Frames.Shared) batch.encoded(frames -> Frames.shared(channel.alloc(), frames));
        var buffer = shared.buffer().retainedDuplicate();
        if (bare != null) {
            bare.write(buffer, wire.voidPromise());
        } else {
            wire.write(buffer, wire.voidPromise());
        }
    }

    @Override
    public void flush() {
        if (bare != null) {
            bare.flush();
        } else {
            wire.flush();
        }
    }

    @Override
    public void whenDrained(Runnable then) {
        stallDetector.begun();
        loop.watch(this);
        // An empty write completes when all data before it was sent.
        wire.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (done.isSuccess()) {
                channel.eventLoop().execute(then);
            }
        });
    }

    @Override
    public void reply(byte[] frame) {
        Runnable write = () -> wire.writeAndFlush(Frames.texts(channel.alloc(), List.of(frame)), wire.voidPromise());
        if (!Hub.guarded("an answer", write)) {
            cut(); // rather than leave the command unanswered
        }
    }

    @Override
    public void reading(boolean on) {
        reads.busy(!on);
    }

    @Override
    public void close(CloseCode code) {
        if (!closing) {
            closing = true;
            loop.outcomes().closed(code);
            reads.ending();
            connection
                    .close(new CloseReason(code.code(), code.reason()))
                    .subscribe()
                    .with(_ -> {}, _ -> onLoop(this::cut));
        }
    }

    @Override
    public void move(Duration in, CloseCode why) {
        if (session != null && !moving) {
            moving = true;
            loop.told();
            session.move(in, why);
        }
    }

    @Override
    public boolean moving() {
        return moving;
    }
}
