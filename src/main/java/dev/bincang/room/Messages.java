package dev.bincang.room;

import dev.bincang.BincangConfig;
import dev.bincang.hub.Counters;
import dev.bincang.log.Entry;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.Text;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Posting and reading messages. */
@Singleton
public class Messages {

    /** A page of history: the events' JSON in order, and whether there are older ones. */
    public record Page(List<byte[]> events, boolean more) {}

    private static final int HISTORY_BYTES = 256 * 1024;

    private final SecureRandom random = new SecureRandom();
    private final RoomLog log;
    private final Counters counters;
    private final int textLength;
    private final int historyPage;

    Messages(RoomLog log, Counters counters, BincangConfig config) {
        this.log = log;
        this.counters = counters;
        textLength = config.limits().textLength();
        historyPage = config.limits().historyPage();
    }

    /**
     * Logs a message; whoever follows the room gets it by what Redis publishes, this pod included.
     *
     * <p>Fails with {@code bad_request} or {@code too_large} for the text, {@code conflict} for a key that another text
     * has used, {@code unavailable} when Redis is away: then it may be stored or not.
     *
     * @param key null: sending again makes another message
     */
    public Uni<RoomLog.Stored> send(User from, RoomId room, String text, @Nullable Id replyTo, @Nullable Key key) {
        var refusal = check(text);
        if (refusal != null) {
            return Uni.createFrom().failure(refusal);
        }
        var tag = random.nextInt() & 0xffffffffL;
        counters.accepted(tag, System.nanoTime());
        var json = Codec.encode(new Frame.Message(room, null, null, null, from, text, replyTo, key));
        var before = "{\"type\":\"message\",\"room\":\"" + room + "\"";
        return log.append(
                        room,
                        new RoomLog.Draft(
                                tag,
                                "message",
                                Keys.escape(from.id()),
                                before,
                                Arrays.copyOfRange(json, before.length(), json.length),
                                key == null ? "" : digest(from.id(), key.value()),
                                key == null ? "" : digest(text, String.valueOf(replyTo))))
                .invoke(stored -> {
                    if (!stored.duplicate()) {
                        counters.appended.increment();
                    }
                });
    }

    private @Nullable Refusal check(String text) {
        if (text.isEmpty()) {
            return Refusal.bad("text: is empty");
        }
        var wrong = Text.wrong(text, textLength, true);
        if (wrong == null) {
            return null;
        }
        var code = wrong.startsWith("is longer") ? ErrorCode.TOO_LARGE : ErrorCode.BAD_REQUEST;
        return new Refusal(code, "text: " + wrong);
    }

    /** Length-prefixed, so that no two pairs have the same one. */
    private static String digest(String first, String second) {
        try {
            var bytes = first.getBytes(StandardCharsets.UTF_8);
            var sha = MessageDigest.getInstance("SHA-256");
            sha.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
            sha.update(bytes);
            sha.update(second.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(sha.digest(), 15));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The page of events before {@code before}, or the newest. Fails with {@code bad_request} for a limit that is not 1
     * to the page size in {@code welcome}, {@code conflict} if that event is not in the log any more.
     */
    public Uni<Page> history(RoomId room, @Nullable Id before, @Nullable Integer limit) {
        var count = limit == null ? historyPage : limit;
        if (count < 1 || count > historyPage) {
            return Uni.createFrom().failure(Refusal.bad("limit: a number from 1 to " + historyPage));
        }
        if (Id.ZERO.equals(before)) {
            return Uni.createFrom().item(new Page(List.of(), false));
        }
        return log.history(room, before == null ? Id.ZERO : before, count, HISTORY_BYTES)
                .map(page -> new Page(page.entries().stream().map(Entry::json).toList(), page.more()));
    }
}
