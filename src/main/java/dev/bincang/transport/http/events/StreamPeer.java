package dev.bincang.transport.http.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.CloseCode;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.transport.Dispatcher;
import dev.bincang.transport.load.Relocation;
import dev.bincang.transport.loop.StallDetector;
import io.netty.channel.Channel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * An endless answer: {@link Format#LINES} or {@link Format#EVENTS}. Its outbox is the connection's own, and is bounded.
 */
final class StreamPeer extends HttpPeer {

    /** A batch as encoded for all streams of one format. */
    private record Shared(byte[] bytes) implements Batch.Encoded {
        @Override
        public void release() {}
    }

    private static final byte[] PING = Codec.encode(new Frame.Ping());
    private static final byte[] NOTHING = {};
    private static final byte[] COMMENT = ":\n".getBytes(UTF_8);
    /** The reconnect delay for EventSource, in milliseconds. Without it, each browser uses its own delay. */
    private static final byte[] RETRY = "retry:1000\n".getBytes(UTF_8);

    private final Channel channel;
    private final Duration heartbeat;
    private final Duration stallTimeout;
    private final int outbox;
    private final Duration notice;
    /**
     * When the client is told to reconnect, of {@link System#nanoTime}. Each stream gets its own random time, so that
     * streams which began together do not reconnect together.
     */
    private final long renewal;

    private final List<byte[]> unflushed = new ArrayList<>(2);
    private final List<byte[]> unflushedSignals = new ArrayList<>(0);
    private final List<Runnable> drained = new ArrayList<>(0);
    private final StallDetector stallDetector = new StallDetector();
    private Map<RoomId, @Nullable Id> stated = Map.of();
    private long written = System.nanoTime();
    private long ticked = written;

    /** Creates the peer. The request is not answered yet. */
    StreamPeer(RoutingContext request, Channel channel, HttpLoop loop, Dispatcher dispatcher, BincangConfig config) {
        super(request, loop, dispatcher);
        this.channel = channel;
        heartbeat = config.http().heartbeat();
        stallTimeout = config.connection().stallTimeout();
        outbox = (int) config.connection().outbox().asLongValue();
        var lasts = config.http().streamTime();
        notice = Relocation.notice(lasts);
        var most = lasts.minus(notice).toNanos();
        renewal = written + most - ThreadLocalRandom.current().nextLong(most / 4 + 1);
    }

    @Override
    void entered(Frame.Welcome welcome, Map<RoomId, @Nullable Id> inAddress) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, loop.format().mediaType())
                .putHeader("X-Accel-Buffering", "no") // otherwise nginx buffers the answer
                .setWriteQueueMaxSize(outbox)
                .setChunked(true);
        response.drainHandler(_ -> onLoop(this::drained));
        if (loop.format() == Format.EVENTS) {
            unflushed.add(RETRY);
        }
        stated = inAddress;
        unflushed.add(loop.format().encode(List.of(Codec.encode(welcome))));
        flush();
        listening.tick();
        listening.start();
    }

    @Override
    public Duration pingInterval() {
        return heartbeat;
    }

    // ---- the outbox

    @Override
    public boolean writable() {
        return !response.writeQueueFull();
    }

    @Override
    public void write(Batch batch) {
        var shared = (Shared) batch.encoded(frames -> new Shared(loop.format().encode(frames)));
        (batch.signals() ? unflushedSignals : unflushed).add(shared.bytes());
    }

    @Override
    public void flush() {
        if (!isOpen()) {
            unflushed.clear();
            unflushedSignals.clear();
        } else if (!unflushed.isEmpty() || !unflushedSignals.isEmpty()) {
            send(loop.format() == Format.EVENTS && !unflushed.isEmpty() ? moved() : Map.of());
        }
    }

    /**
     * The positions that differ from the address. They are all sent each time: the client sends back only the last id,
     * and the address has the positions of the other rooms.
     */
    private Map<RoomId, Id> moved() {
        var moved = new LinkedHashMap<RoomId, Id>();
        listening.positions().forEach((room, at) -> {
            if (!at.equals(stated.get(room))) {
                moved.put(room, at);
            }
        });
        return moved;
    }

    /**
     * Writes all that waits for a flush. Signals come last, and have no id.
     *
     * @param moved the positions for the id of the last event; if empty, no id is written
     */
    private void send(Map<RoomId, Id> moved) {
        var all = Buffer.buffer(
                unflushed.stream().mapToInt(bytes -> bytes.length + 1).sum());
        var events = loop.format() == Format.EVENTS;
        for (int i = 0; i < unflushed.size(); i++) {
            all.appendBytes(unflushed.get(i));
            if (events) {
                var last = i == unflushed.size() - 1 && !moved.isEmpty();
                all.appendBytes(last ? Format.id(Cursor.of(moved)) : Format.END);
            }
        }
        unflushedSignals.forEach(signals -> all.appendBytes(signals).appendBytes(events ? Format.END : NOTHING));
        unflushed.clear();
        unflushedSignals.clear();
        response.write(all);
        written = System.nanoTime();
    }

    /**
     * Writes the frame. If other frames wait for their flush, the frame waits with them: the flush also writes the
     * positions, which may not be known yet.
     */
    @Override
    public void reply(byte[] frame) {
        if (isOpen()) { // otherwise the refusal tells the client
            var alone = unflushed.isEmpty();
            unflushed.add(loop.format().encode(List.of(frame)));
            if (alone) {
                send(Map.of());
            }
        }
    }

    @Override
    public void whenDrained(Runnable then) {
        if (drained.isEmpty()) {
            stallDetector.begun();
        }
        drained.add(then);
        if (writable()) {
            loop.loop().execute(this::drained); // the outbox is not full: something else failed
        }
    }

    private void drained() {
        var waiting = List.copyOf(drained);
        drained.clear();
        waiting.forEach(Runnable::run);
    }

    // ---- the end, and the checks of every second

    @Override
    public void move(Duration in, CloseCode why) {
        reply(Codec.encode(new Frame.Drain(in.toMillis())));
        super.move(in, why);
    }

    @Override
    void turn(long now) {
        if (now - ticked >= heartbeat.toNanos()) {
            ticked = now;
            listening.tick();
        }
        if (now - renewal >= 0 && !moving()) {
            move(notice, CloseCode.RENEW);
        }
        if (!drained.isEmpty() && stallDetector.stalled(channel, now) > stallTimeout.toNanos()) {
            gone();
            response.reset();
        } else if (isOpen() && writable() && now - written >= heartbeat.toNanos()) {
            unflushed.add(
                    loop.format() == Format.EVENTS ? COMMENT : loop.format().encode(List.of(PING)));
            send(Map.of());
        }
    }

    @Override
    public void close(CloseCode code) {
        loop.outcomes().closed(code);
        if (isOpen()) {
            unflushed.add(loop.format().encode(List.of(Codec.encode(Frame.Close.of(code)))));
            send(Map.of());
            gone();
            response.end();
        } else {
            refuse(code);
        }
    }
}
