package dev.bincang.room;

import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.hub.Counters;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Links;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Turns a user's action into an event and appends it to a room's log. The JSON is made once, without the fields that
 * the log sets.
 */
@Singleton
class Events {

    /** The kinds of events that do not change who may read. {@link dev.bincang.log.Entry} has the others. */
    static final String MESSAGE = "message";

    static final String MEMBER = "member";
    static final String ROOM = "room";
    static final String AMENDMENT = "amendment";
    static final String NOTICE = "notice";

    /**
     * Who performs an action, by which right.
     *
     * @param right the right that the action needs; null if the server itself acts for the user
     * @param key null: repeating the action makes another event
     * @param hash of the command's content, so that the same key with other content is detected
     */
    record Authorship(
            Actor actor, @Nullable Right right, @Nullable Key key, String hash) {
        Authorship(Actor actor, @Nullable Right right) {
            this(actor, right, null, "");
        }
    }

    private static final Duration FULL_RETRY = Duration.ofSeconds(2);

    private final SecureRandom random = new SecureRandom();
    private final RoomLog log;
    private final Counters counters;

    private final Links links;
    private final RateLimits limits;

    Events(RoomLog log, Counters counters, Links links, RateLimits limits) {
        this.log = log;
        this.counters = counters;
        this.links = links;
        this.limits = limits;
    }

    /** An append rule from the Lua files in this class's folder. */
    RoomLog.AppendRule rule(String... parts) {
        return log.rule(Events.class, parts);
    }

    /** Null if Redis has room for more; otherwise the refusal. The rest of Redis' memory is kept for moderation. */
    @Nullable
    Refusal full() {
        return links.nearlyFull()
                ? new Refusal(ErrorCode.UNAVAILABLE, "the storage is nearly full", FULL_RETRY.toMillis())
                : null;
    }

    private @Nullable Refusal tooMuch(Authorship authorship, int bytes) {
        var right = authorship.right;
        if (right == null || !right.fills()) {
            return null;
        }
        var full = full();
        var posts = right == Right.SEND || right == Right.EDIT_OWN;
        return full != null || !posts ? full : limits.take(What.BYTES, authorship.actor.key(), bytes);
    }

    /**
     * Appends an event. Fails as {@link RoomLog#append}, with {@code unavailable} if Redis is nearly full and this
     * event would add to it, and with {@code rate_limited} if the user posts too many bytes in a minute.
     *
     * @param frame has {@code room} before all other fields, and no {@code id}, {@code seq} or {@code time}
     * @param about the user whom the event is about, escaped
     */
    Uni<RoomLog.Stored> log(
            RoomId room,
            Frame frame,
            String kind,
            String about,
            Authorship authorship,
            RoomLog.AppendRule rule,
            Object... args) {
        var json = Codec.encode(frame);
        var tooMuch = tooMuch(authorship, json.length);
        if (tooMuch != null) {
            return Uni.createFrom().failure(tooMuch);
        }
        var tag = random.nextInt() & 0xffffffffL;
        counters.accepted(tag, System.nanoTime());
        var before = before(json, room);
        var key = authorship.key;
        var draft = new RoomLog.Draft(
                tag,
                kind,
                about,
                new String(json, 0, before, StandardCharsets.US_ASCII),
                Arrays.copyOfRange(json, before, json.length),
                key == null ? "" : digest(authorship.actor.user().id(), key.value()),
                authorship.hash);
        var by = new RoomLog.By(
                authorship.actor.key(),
                authorship.actor.admin(),
                authorship.right == null ? "" : authorship.right.wire());
        return log.append(room, draft, by, rule, args).invoke(stored -> {
            if (stored.outcome() == RoomLog.Outcome.OK) {
                counters.appended.increment();
            }
        });
    }

    /** The length of <code>{"type":"…","room":"…"</code> in bytes. The id is inserted after it. */
    private static int before(byte[] json, RoomId room) {
        var at = 0;
        for (int quotes = 0; quotes < 5; at++) { // the fifth quote begins the name of the second field
            if (json[at] == '"') {
                quotes++;
            }
        }
        return at + "room':'".length() + room.value().length() + 1;
    }

    /**
     * The digest of a command: its kind first, then its fields. Each part has its length in front, so that two
     * different lists never have the same digest.
     */
    static String digest(String... parts) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            for (var part : parts) {
                var bytes = part.getBytes(StandardCharsets.UTF_8);
                sha.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
                sha.update(bytes);
            }
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(sha.digest(), 15));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
