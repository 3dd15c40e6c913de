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
 * One answer ({@link Format#POLL}): with all there is for its rooms, or as much as fits, as soon as that is written; else,
 * with the first that comes while it waits. Its outbox is the answer itself.
 */
final class PollPeer extends HttpPeer {

    private static final int MAX_FRAMES = 500;
    private static final int MAX_BYTES = 256 * 1024;
    private static final byte[] DRAIN = Codec.encode(new Frame.Drain(0));

    private final Duration wait;
    /** What Redis, or an event that is ahead of this pod, may take at most. */
    private final Duration patience;

    private final long begun = System.nanoTime();
    private final List<byte[]> frames = new ArrayList<>();
    private int bytes;
    private boolean closing;

    /**
     * Not answered yet.
     *
     * @param wait how long it may take until there is something; zero for a plain poll
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

    /** It is answered before it would be pinged. */
    @Override
    public Duration pingInterval() {
        return wait.plus(patience);
    }

    // ---- its outbox

    @Override
    public boolean writable() {
        return frames.size() <= MAX_FRAMES - PIECE_EVENTS && bytes <= MAX_BYTES - PIECE_BYTES;
    }

    @Override
    public void write(Batch batch) {
        batch.frames().forEach(this::add);
    }

    private void add(byte[] frame) {
        frames.add(frame);
        bytes += frame.length + 1;
    }

    @Override
    public void reply(byte[] frame) {
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

    /** Full: what else there is comes with the next poll. */
    @Override
    public void whenDrained(Runnable then) {
        look();
    }

    // ---- its end

    /** Answers if it is time to, but behind what is just being written. */
    private void look() {
        if (!closing && isOpen() && (!writable() || (allThere() && (!frames.isEmpty() || wait.isZero())))) {
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
            refuse(new Refusal(ErrorCode.UNAVAILABLE, "Redis is away", 500L));
        }
    }

    private boolean allThere() {
        return isOpen() && listening.caughtUp();
    }

    /** Whether what it has is true: "nothing new" is not, before all was looked for. */
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
