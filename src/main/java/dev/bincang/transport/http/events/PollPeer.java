package dev.bincang.transport.http.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bincang.protocol.CloseCode;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.transport.Dispatcher;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that gets one answer ({@link Format#POLL}). It answers when all existing events of its rooms are gathered,
 * or when the answer is full. If there are none, it waits for the first one. Its outbox is the answer itself.
 */
final class PollPeer extends HttpPeer {

    private static final int MAX_FRAMES = 500;
    private static final int MAX_BYTES = 256 * 1024;
    /** A long poll that has only signals waits a little for more. Otherwise a flood of signals is a flood of requests. */
    private static final Duration GATHER = Duration.ofMillis(200);

    private static final byte[] DRAIN = Codec.encode(new Frame.Drain(0));

    private final Duration wait;
    /** Extra time for Redis to answer, and for this pod to receive an event that the client already has. */
    private final Duration patience;

    private final long begun = System.nanoTime();
    private final List<byte[]> frames = new ArrayList<>();
    private final List<byte[]> signals = new ArrayList<>(0);
    private int bytes;
    private boolean gathered;
    private boolean closing;

    /**
     * Creates the peer. The request is not answered yet.
     *
     * @param wait how long to wait for the first event; zero for a plain poll
     */
    PollPeer(RoutingContext request, HttpLoop loop, Dispatcher dispatcher, Duration wait, Duration patience) {
        super(request, loop, dispatcher);
        this.wait = wait;
        this.patience = patience;
    }

    @Override
    void entered(Frame.Welcome welcome, Map<RoomId, @Nullable Id> stated) {
        welcome.rooms().forEach((room, at) -> {
            if (at.state() == Frame.State.DENIED) {
                add(Codec.encode(new Frame.Denied(room)));
            }
        });
        listening.start();
        look();
    }

    /** Longer than the request lasts: a poll needs no ping. */
    @Override
    public Duration pingInterval() {
        return wait.plus(patience);
    }

    // ---- the outbox

    @Override
    public boolean writable() {
        return frames.size() + signals.size() <= MAX_FRAMES - PIECE_EVENTS && bytes <= MAX_BYTES - PIECE_BYTES;
    }

    @Override
    public void write(Batch batch) {
        if (batch.signals()) {
            gather(batch.frames());
        } else {
            batch.frames().forEach(this::add);
        }
    }

    /** Adds signals. They come behind all events, and the answer does not wait for more than {@link #GATHER}. */
    private void gather(List<byte[]> some) {
        if (signals.isEmpty() && !wait.isZero()) {
            after(GATHER, () -> {
                gathered = true;
                look();
            });
        }
        signals.addAll(some);
        some.forEach(frame -> bytes += frame.length + 1);
    }

    /** A plain poll is answered with what was sent since the one before. */
    @Override
    public boolean wantsRecentSignals() {
        return wait.isZero();
    }

    private void add(byte[] frame) {
        frames.add(frame);
        bytes += frame.length + 1;
    }

    /** Adds the frame. It ends the answer, or the reading of a room: no signal comes behind it. */
    @Override
    public void reply(byte[] frame) {
        signals.clear();
        add(frame);
        look();
    }

    @Override
    public void flush() {
        look();
    }

    @Override
    public void caughtUp() {
        look();
    }

    /** Answers, because the answer is full. The next poll gets the rest. */
    @Override
    public void whenDrained(Runnable then) {
        look();
    }

    // ---- the end

    /** Answers if the answer is ready, after the current write has finished. */
    private void look() {
        if (!closing && isOpen() && (!writable() || (allThere() && (!frames.isEmpty() || gathered || wait.isZero())))) {
            closing = true;
            loop.loop().execute(this::answer);
        }
    }

    @Override
    void turn(long now) {
        if (now - begun < wait.plus(allThere() ? Duration.ZERO : patience).toNanos()) {
            return;
        }
        if (worthAnAnswer()) {
            answer();
        } else {
            refuse(new Refusal(ErrorCode.UNAVAILABLE, "Redis is unavailable", 500L));
        }
    }

    private boolean allThere() {
        return isOpen() && listening.caughtUp();
    }

    /** Whether the answer would be true: "nothing new" is true only after all rooms were read to their end. */
    private boolean worthAnAnswer() {
        return allThere() || (isOpen() && !frames.isEmpty());
    }

    @Override
    public void close(CloseCode code) {
        loop.outcomes().closed(code);
        response.putHeader(HttpHeaders.CONNECTION, "close");
        if (worthAnAnswer()) {
            if (code == CloseCode.DRAIN) {
                add(DRAIN);
            }
            answer();
        } else {
            refuse(code);
        }
    }

    private void answer() {
        if (!isOpen()) {
            return;
        }
        var cursor = Cursor.of(listening.positions());
        gone();
        frames.addAll(signals);
        var body = new ByteArrayOutputStream(bytes + 256);
        body.writeBytes("{\"frames\":".getBytes(UTF_8));
        body.writeBytes(Codec.array(frames));
        body.writeBytes((",\"cursor\":\"" + cursor + "\"}").getBytes(UTF_8));
        response.putHeader(HttpHeaders.CONTENT_TYPE, Format.POLL.mediaType());
        if (!wait.isZero()) {
            response.putHeader("Preference-Applied", "wait=" + wait.toSeconds());
        }
        response.end(Buffer.buffer(body.toByteArray()));
    }
}
