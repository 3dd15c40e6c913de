package dev.bincang.redis;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.node.Anchor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Defines every key and channel in Redis. {@code docs/storage.md} shows them with their values.
 *
 * <p>All begin with {@code bincang.redis.prefix}, so that several installations can share a Redis. Keys of rooms and
 * users have a bucket as their hash tag: {@code {0}} to {@code {1023}}, the CRC32 of the id modulo 1,024. So all keys
 * of a bucket's rooms are in one slot of a cluster, and one script may use the keys of a room and those of its bucket.
 *
 * <table>
 * <caption>The keyspace; P is the prefix, {b} the bucket, R a room, U an escaped user</caption>
 * <tr><th>key</th><th>type</th><th>what</th></tr>
 * <tr><td>{@code P{b}:room:R}…</td><td></td><td>the keys of a room: {@link RoomKeys}</td></tr>
 * <tr><td>{@code P{b}:rooms}</td><td>sorted set</td><td>every room of the bucket; the score is the time, in milliseconds
 * since 1970, at which the sweeper looks at it next</td></tr>
 * <tr><td>{@code P{b}:user:U:rooms}</td><td>set</td><td>the rooms the user is a member of; may have rooms they have left
 * </td></tr>
 * <tr><td>{@code P{b}:user:U:made}</td><td>set</td><td>the rooms the user has made, without deleted ones</td></tr>
 * <tr><td>{@code P{b}:user:U:blocks}</td><td>set</td><td>the users whom the user has blocked; a guest's expires</td></tr>
 * <tr><td>{@code P{b}:user:U:profile}</td><td>string, expires</td><td>the user's name and picture, as JSON</td></tr>
 * <tr><td>{@code P{b}:user:U:prefs}</td><td>hash</td><td>room → the user's own settings of it</td></tr>
 * <tr><td>{@code Pusers:admins}</td><td>hash</td><td>admin → when their token expires</td></tr>
 * <tr><td>{@code Pusers:barred}</td><td>hash</td><td>user → tokens up to this time are revoked, banned
 * until</td></tr>
 * <tr><td>{@code Pusers:barred}</td><td>channel</td><td>each change of the hash</td></tr>
 * <tr><td>{@code Pticket:<random>}</td><td>string, expires</td><td>the user who may make one request with it</td></tr>
 * <tr><td>{@code Pguests:secret}</td><td>hash</td><td>version → secret that signs guest tokens; {@code current} is the
 * version that signs new ones, {@code birth} tells this hash from one made after a flush</td></tr>
 * <tr><td>{@code Plife}</td><td>string</td><td>a random value; missing or different means: the data were
 * flushed</td></tr>
 * <tr><td>{@code P{b}:life}, {@code P{b}:pulse:<pod>}</td><td></td><td>the same for a node of a cluster; b
 * is a bucket or a higher number, in a slot of that node</td></tr>
 * <tr><td>{@code Pformat}</td><td>string</td><td>the version of the stored form</td></tr>
 * <tr><td>{@code Ppulse:<pod>}</td><td>channel</td><td>a pod's own echo, for the watchdog</td></tr>
 * <tr><td>{@code Ppods}</td><td>hash</td><td>pod → end of its lease, and its number of connections</td></tr>
 * <tr><td>{@code Psweeper}</td><td>string, expires</td><td>exists while a pod has the right to sweep</td></tr>
 * </table>
 */
@Singleton
public final class Keys {

    /**
     * The keys of one room. They share a hash tag, so they are in one slot of a cluster.
     *
     * @param room the key of the room's hash; also the room's channel
     */
    public record RoomKeys(String room) {

        /** Hash: user → their role, pace, ban and mute. */
        public String members() {
            return room + ":members";
        }

        /** Stream: the envelope of each event. It never changes. */
        public String log() {
            return room + ":log";
        }

        /** Hash: seq → the rest of the event's JSON, as it is now; {@code <seq>v} → the old texts of an edited message. */
        public String bodies() {
            return room + ":bodies";
        }

        /** Sorted set, all scores 0: {@code d<n>} for each deleted message, {@code b<user>} for each stored ban or mute. */
        public String index() {
            return room + ":index";
        }

        /**
         * Sorted set, all scores 0: {@code <state><time><id>} for each report; state is 0 open, 1 claimed, 2 resolved, and
         * time has 15 digits.
         */
        public String reports() {
            return room + ":reports";
        }

        /** String, expires: a report. Its id is a digest. */
        public String report(String id) {
            return room + ":report:" + id;
        }

        /** Hash: user → the event up to which they have read, and what others may see of it; members only. */
        public String marks() {
            return room + ":marks";
        }

        /** Hash, expires with the last link: digest of an invitation link → who made it, when it ends, how many uses are left. */
        public String invites() {
            return room + ":invites";
        }

        /** Hash: digest of user and idempotency key → event and command. Two hashes take turns. */
        public String keys(int which) {
            return room + ":keys:" + which;
        }
    }

    /** It belongs to the stored form, so it is no setting. */
    private static final int BUCKETS = 1024;

    /** A database in the address of a Redis: {@code redis://host:6379/2} or {@code redis://host:6379?db=2}. */
    private static final Pattern DATABASE =
            Pattern.compile("^rediss?://[^,/?]*(/?\\?([^,]*&)?db=|/)(?<db>[0-9]{1,5})(?![^,&?])");

    private static final String HEX = "0123456789ABCDEF";

    private final String prefix;

    @Inject
    Keys(BincangConfig config, @ConfigProperty(name = "quarkus.redis.hosts") Optional<String> hosts) {
        this(prefix(config.redis().prefix(), hosts.orElse(null)));
    }

    /** @param prefix as {@code bincang.redis.prefix} */
    public Keys(String prefix) {
        this.prefix = prefix;
    }

    /**
     * The prefix that holds for a Redis. It has the number of the database if that is not 0, because the databases of
     * one Redis share their channels.
     */
    static String prefix(String setting, @Nullable String hosts) {
        var database = hosts == null ? null : DATABASE.matcher(hosts);
        return database == null || !database.find() || Integer.parseInt(database.group("db")) == 0
                ? setting
                : setting + Integer.parseInt(database.group("db")) + ":";
    }

    /** The keys of a room. */
    public RoomKeys of(RoomId room) {
        return new RoomKeys(bucketOf(room.value()) + ":room:" + room.value());
    }

    /** The key of the rooms in a room's bucket. */
    public String roomsBeside(RoomId room) {
        return bucketOf(room.value()) + ":rooms";
    }

    /** The keys of the rooms of every bucket. */
    public List<String> rooms() {
        return IntStream.range(0, BUCKETS)
                .mapToObj(bucket -> bucket(bucket) + ":rooms")
                .toList();
    }

    /** The key of a user's rooms. The user's id is escaped. */
    public String roomsOf(String user) {
        return bucketOf(user) + ":user:" + user + ":rooms";
    }

    /** The key of the rooms that a user has made. The user's id is escaped. */
    public String madeBy(String user) {
        return bucketOf(user) + ":user:" + user + ":made";
    }

    /** The key of the users whom a user has blocked. The user's id is escaped. */
    public String blocksOf(String user) {
        return bucketOf(user) + ":user:" + user + ":blocks";
    }

    /** The key of a user's name and picture. The user's id is escaped. */
    public String profileOf(String user) {
        return bucketOf(user) + ":user:" + user + ":profile";
    }

    /** The key of a user's own settings of their rooms. The user's id is escaped. */
    public String preferencesOf(String user) {
        return bucketOf(user) + ":user:" + user + ":prefs";
    }

    /** The hash of the secrets that sign guest tokens. */
    public String guestSecrets() {
        return prefix + "guests:secret";
    }

    /** The name of the hash of barred users, and of the channel that announces its changes. */
    public String usersBarred() {
        return prefix + "users:barred";
    }

    /** The hash of the known admins and when their tokens expire. */
    public String usersAdmins() {
        return prefix + "users:admins";
    }

    /** The hash of the pods' leases. */
    public String pods() {
        return prefix + "pods";
    }

    /** The sweeper's lease. */
    public String sweeper() {
        return prefix + "sweeper";
    }

    public String ticket(String random) {
        return prefix + "ticket:" + random;
    }

    String format() {
        return prefix + "format";
    }

    /** What a single Redis is checked with. */
    Anchor anchor(String pod) {
        return new Anchor(prefix + "life", format(), prefix + "pulse:" + pod);
    }

    /**
     * What a node of a cluster is checked with.
     *
     * @param number the hash tag, in a slot of that node; a bucket, or a higher number
     */
    Anchor anchor(int number, String pod) {
        return new Anchor(bucket(number) + ":life", null, bucket(number) + ":pulse:" + pod);
    }

    private String bucketOf(String id) {
        var crc = new CRC32();
        crc.update(id.getBytes(StandardCharsets.US_ASCII));
        return bucket(crc.getValue() % BUCKETS);
    }

    private String bucket(long bucket) {
        return prefix + "{" + bucket + "}";
    }

    /**
     * Escapes a user id for a key, a channel or an envelope. No other way is allowed. Every character except {@code A-Z
     * a-z 0-9 . _ -} becomes {@code %XX} for each of its UTF-8 bytes. So the result has no space, colon or brace, and
     * two ids never collide.
     */
    public static String escape(String user) {
        var out = new StringBuilder(user.length() + 8);
        for (byte b : user.getBytes(StandardCharsets.UTF_8)) {
            var c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "._-".indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return out.toString();
    }

    /** Reverses {@link #escape}. */
    public static String unescape(String escaped) {
        return URLDecoder.decode(escaped, StandardCharsets.UTF_8); // escape() leaves no plus sign
    }
}
