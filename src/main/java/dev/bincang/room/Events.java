package dev.bincang.room;

import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.hub.Counters;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
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
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Turns a user's action into an event and appends it to a room's log. The JSON is made once, without the fields that
 * the log sets.
 */
@Singleton
public class Events {

    /** The kinds of events that do not change who may read: the types of their frames. {@link dev.bincang.log.Entry} has the others. */
    public static final String MESSAGE = "message";

    public static final String MEMBER = "member";
    static final String ROOM = "room";
    public static final String EDITED = "edited";
    public static final String DELETED = "deleted";
    static final String INBOX = "inbox";
    static final String AUDIT = "audit";
    public static final String REPORTED = "reported";

    /**
     * Who performs an action, by which right.
     *
     * @param right the right that the action needs; null if the server itself acts for the user
     * @param key null: repeating the action makes another event
     * @param hash of the command's content, so that the same key with other content is detected
     */
    public record Authorship(
            Actor actor, @Nullable Right right, @Nullable Key key, String hash) {
        public Authorship(Actor actor, @Nullable Right right) {
            this(actor, right, null, "");
        }
    }

    /** Characters of a command's digest that are stored with its key: 18 bits. */
    public static final int HASH_LENGTH = 3;

    /** Characters of the digest of a user and a key that are stored: 72 bits. */
    private static final int DIGEST_LENGTH = 12;

    private static final Duration FULL_RETRY = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(Events.class);

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

    /** An append rule from the Lua files in the folder of {@code owner}. */
    public RoomLog.AppendRule rule(Class<?> owner, String... parts) {
        return log.rule(owner, parts);
    }

    /** Removes what a deleted room need not keep. If this fails, the sweeper does it later. */
    Uni<Void> sweep(RoomId room) {
        return log.sweep(room).onFailure().recoverWithItem(failure -> {
            LOG.debugf("a deleted room is swept later: %s", failure.getMessage());
            return null;
        });
    }

    /** Null if Redis has room for more; otherwise the refusal. The rest of Redis' memory is kept for moderation. */
    public @Nullable Refusal full() {
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
     * What an event is about.
     *
     * @param kind one of the kinds above, or one in {@link dev.bincang.log.Entry}
     * @param about the user whom the event is about, escaped
     * @param target the message that the event changes, or null
     * @param rest the end of the frame's JSON, which a later event can change: the content of a message
     */
    public record Subject(
            String kind, String about, @Nullable Id target, byte[] rest) {
        public Subject(String kind, String about) {
            this(kind, about, null, BRACE);
        }
    }

    private static final byte[] BRACE = {'}'};

    /**
     * Appends an event. Fails as {@link RoomLog#append}, with {@code unavailable} if Redis is nearly full and this
     * event would add to it, and with {@code rate_limited} if the user posts too many bytes in a minute.
     *
     * @param frame has {@code room} before all other fields, and no {@code id}, {@code seq}, {@code time} or {@code n}
     */
    public Uni<RoomLog.Stored> log(
            RoomId room, Frame frame, Subject subject, Authorship authorship, RoomLog.AppendRule rule, Object... args) {
        if (authorship.right != null && room.isServers()) {
            return Uni.createFrom()
                    .failure(new Refusal(ErrorCode.NOT_FOUND, "room: there is none")); // only the server writes there
        }
        var json = Codec.encode(frame);
        var tooMuch = tooMuch(authorship, json.length + subject.rest.length);
        if (tooMuch != null) {
            return Uni.createFrom().failure(tooMuch);
        }
        var tag = random.nextInt() & 0xffffffffL;
        counters.accepted(tag, System.nanoTime());
        var before = before(json, room);
        var key = authorship.key;
        var draft = new RoomLog.Draft(
                tag,
                subject.kind,
                subject.about,
                subject.target,
                new String(json, 0, before, StandardCharsets.US_ASCII),
                Arrays.copyOfRange(json, before, json.length - 1),
                subject.rest,
                key == null
                        ? ""
                        : digest(authorship.actor.user().id(), key.value()).substring(0, DIGEST_LENGTH),
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
    public static String digest(String... parts) {
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
