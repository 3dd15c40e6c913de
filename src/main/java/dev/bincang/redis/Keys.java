package dev.bincang.redis;

import dev.bincang.protocol.RoomId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Defines every key and channel in Redis. All keys of a room share a hash tag, so a room is in one slot of a cluster.
 *
 * <table>
 * <caption>The keyspace; {R} is the room id in braces</caption>
 * <tr><th>key</th><th>type</th><th>what</th></tr>
 * <tr><td>{@code room:{R}}</td><td>hash</td><td>kind (public, private, direct, deleted), name, topic, settings, owners,
 * revision, maker</td></tr>
 * <tr><td>{@code room:{R}:members}</td><td>hash</td><td>user → role, id of the event that added them</td></tr>
 * <tr><td>{@code room:{R}:barred}</td><td>hash</td><td>user → banned until, muted until, actor, reason</td></tr>
 * <tr><td>{@code room:{R}:pace:<user>}</td><td>string, expires</td><td>when the user last posted, and how many of their
 * events and bytes still counted against the rate limit then</td></tr>
 * <tr><td>{@code room:{R}:head}</td><td>string</td><td>id of the last event; never expires, because a seq is not
 * used twice</td></tr>
 * <tr><td>{@code room:{R}:log}</td><td>stream</td><td>entry id {@code <seq>-<tag>}; fields {@code p} previous id,
 * {@code k} kind, {@code a} the user it is about, {@code t} time, {@code j} the frame's JSON</td></tr>
 * <tr><td>{@code room:{R}:amended}</td><td>hash</td><td>id of a message → when it was edited or deleted, and its text
 * if it was edited</td></tr>
 * <tr><td>{@code room:{R}:keys:<half-day>}</td><td>hash, expires</td><td>idempotency: digest of user and key → hash of
 * the command, id, time</td></tr>
 * <tr><td>{@code room:{R}}</td><td>channel</td><td>{@code <id> <prev> <kind> <about> <json>}</td></tr>
 * <tr><td>{@code user:{U}:rooms}</td><td>set</td><td>the rooms the user is a member of; may have rooms they have left
 * </td></tr>
 * <tr><td>{@code user:{U}:made}</td><td>set</td><td>the rooms the user has made, without deleted ones</td></tr>
 * <tr><td>{@code users:admins}</td><td>hash</td><td>admin → when their token expires</td></tr>
 * <tr><td>{@code users:barred}</td><td>hash</td><td>user → tokens up to this time are revoked, banned
 * until</td></tr>
 * <tr><td>{@code users:barred}</td><td>channel</td><td>each change of the hash</td></tr>
 * <tr><td>{@code ticket:<random>}</td><td>string, expires</td><td>the user who may make one request with it</td></tr>
 * <tr><td>{@code guests:secret}</td><td>hash</td><td>version → secret that signs guest tokens; {@code current} is the
 * version that signs new ones, {@code birth} tells this hash from one made after a flush</td></tr>
 * <tr><td>{@code life}</td><td>string</td><td>a random value; missing or different means: the data were
 * flushed</td></tr>
 * <tr><td>{@code pulse:<pod>}</td><td>channel</td><td>a pod's own echo, for the watchdog</td></tr>
 * <tr><td>{@code pods}</td><td>hash</td><td>pod → end of its lease, and its number of connections</td></tr>
 * <tr><td>{@code sweeper}</td><td>string, expires</td><td>the pod that trims logs now</td></tr>
 * </table>
 */
public final class Keys {

    public static final String GUEST_SECRETS = "guests:secret";
    /** The name of a hash, and of the channel that announces its changes. */
    public static final String USERS_BARRED = "users:barred";

    /** The hash of the known admins and when their tokens expire. */
    public static final String USERS_ADMINS = "users:admins";

    /** The hash of the pods' leases. */
    public static final String PODS = "pods";

    public static final String SWEEPER = "sweeper";
    /** The glob pattern of all logs, for SCAN. */
    public static final String LOGS = "room:{*}:log";

    static final String LIFE = "life";

    private static final String HEX = "0123456789ABCDEF";

    private Keys() {}

    public static String head(RoomId room) {
        return room(room) + ":head";
    }

    public static String log(RoomId room) {
        return room(room) + ":log";
    }

    /** The idempotency keys' prefix, before {@code :<half-day>}. The script appends the half-day by Redis' clock. */
    public static String keys(RoomId room) {
        return room(room) + ":keys";
    }

    /** The pace keys' prefix, before {@code :<user>}. */
    public static String pace(RoomId room) {
        return room(room) + ":pace";
    }

    public static String members(RoomId room) {
        return room(room) + ":members";
    }

    public static String amended(RoomId room) {
        return room(room) + ":amended";
    }

    /** The keys that the sweeper's script needs: a room's log, {@link #amended} and the room's hash. */
    public static List<String> besideLog(String log) {
        var room = log.substring(0, log.length() - ":log".length());
        return List.of(log, room + ":amended", room);
    }

    public static String barred(RoomId room) {
        return room(room) + ":barred";
    }

    /** The room's channel, which is also the key of its hash. */
    public static String room(RoomId room) {
        return "room:{" + room + "}";
    }

    /** The key of a user's rooms. The user's id is escaped. */
    public static String rooms(String user) {
        return "user:{" + user + "}:rooms";
    }

    /** The key of the rooms that a user has made. The user's id is escaped. */
    public static String made(String user) {
        return "user:{" + user + "}:made";
    }

    public static String ticket(String random) {
        return "ticket:" + random;
    }

    static String pulse(String pod) {
        return "pulse:" + pod;
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
