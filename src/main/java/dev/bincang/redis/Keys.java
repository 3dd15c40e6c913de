package dev.bincang.redis;

import dev.bincang.protocol.RoomId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Every key and channel in Redis. All of a room share a hash tag, so a room lives in one slot of a cluster.
 *
 * <table>
 * <caption>The keyspace; {R} is the room id in braces</caption>
 * <tr><th>key</th><th>type</th><th>what</th></tr>
 * <tr><td>{@code room:{R}}</td><td>hash</td><td>kind (public, private, direct, deleted), name, topic, settings, owners,
 * revision, maker</td></tr>
 * <tr><td>{@code room:{R}:members}</td><td>hash</td><td>user → role, id of the event that made him a member</td></tr>
 * <tr><td>{@code room:{R}:barred}</td><td>hash</td><td>user → banned until, muted until, by whom, why</td></tr>
 * <tr><td>{@code room:{R}:pace:<user>}</td><td>string, expires</td><td>when the user has last posted, and how many events
 * and bytes of theirs were not paid off then</td></tr>
 * <tr><td>{@code room:{R}:head}</td><td>string</td><td>id of the last event; never expires, for a seq is not used
 * twice</td></tr>
 * <tr><td>{@code room:{R}:log}</td><td>stream</td><td>entry id {@code <seq>-<tag>}; fields {@code p} previous id,
 * {@code k} kind, {@code a} whom it is about, {@code t} time, {@code j} the frame's JSON</td></tr>
 * <tr><td>{@code room:{R}:amended}</td><td>hash</td><td>id of a message → when it was edited or deleted, and its text if
 * it was edited</td></tr>
 * <tr><td>{@code room:{R}:keys:<half-day>}</td><td>hash, expires</td><td>idempotency: digest of user and key → hash of
 * the command, id, time</td></tr>
 * <tr><td>{@code room:{R}}</td><td>channel</td><td>{@code <id> <prev> <kind> <about> <json>}</td></tr>
 * <tr><td>{@code user:{U}:rooms}</td><td>set</td><td>the rooms he is a member of, and perhaps some that he was in
 * </td></tr>
 * <tr><td>{@code user:{U}:made}</td><td>set</td><td>the rooms they have made, without deleted ones</td></tr>
 * <tr><td>{@code users:admins}</td><td>hash</td><td>admin → until when their token says so</td></tr>
 * <tr><td>{@code users:barred}</td><td>hash</td><td>user → up to when his tokens are void, until when he is banned
 * </td></tr>
 * <tr><td>{@code users:barred}</td><td>channel</td><td>each change of it</td></tr>
 * <tr><td>{@code ticket:<random>}</td><td>string, expires</td><td>who may make one request with it</td></tr>
 * <tr><td>{@code guests:secret}</td><td>hash</td><td>version → what signs guests' tokens; {@code current} is the version
 * that signs new ones, {@code birth} tells this hash from one made after a flush</td></tr>
 * <tr><td>{@code life}</td><td>string</td><td>random; gone or different means that the data were flushed</td></tr>
 * <tr><td>{@code pulse:<pod>}</td><td>channel</td><td>a pod's own echo, for the watchdog</td></tr>
 * <tr><td>{@code pods}</td><td>hash</td><td>pod → until when it has said that it is there, and its connections</td></tr>
 * <tr><td>{@code sweeper}</td><td>string, expires</td><td>the pod that trims logs at the moment</td></tr>
 * </table>
 */
public final class Keys {

    public static final String GUEST_SECRETS = "guests:secret";
    /** A hash and the channel that tells its changes. */
    public static final String USERS_BARRED = "users:barred";

    /** Until when who is known as an admin. */
    public static final String USERS_ADMINS = "users:admins";

    /** What the pods know of each other. */
    public static final String PODS = "pods";

    public static final String SWEEPER = "sweeper";
    /** Glob pattern of all logs, for SCAN. */
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

    /** The part of the idempotency keys before {@code :<half-day>}, which the script appends by Redis' clock. */
    public static String keys(RoomId room) {
        return room(room) + ":keys";
    }

    /** The part of the pace keys before {@code :<user>}. */
    public static String pace(RoomId room) {
        return room(room) + ":pace";
    }

    public static String members(RoomId room) {
        return room(room) + ":members";
    }

    public static String amended(RoomId room) {
        return room(room) + ":amended";
    }

    /** What the sweeper's script needs beside a room's log: what the room is, and {@link #amended}. */
    public static List<String> besideLog(String log) {
        var room = log.substring(0, log.length() - ":log".length());
        return List.of(log, room + ":amended", room);
    }

    public static String barred(RoomId room) {
        return room(room) + ":barred";
    }

    /** The channel, and the key of what the room is. */
    public static String room(RoomId room) {
        return "room:{" + room + "}";
    }

    /** The rooms of a user, who is escaped. */
    public static String rooms(String user) {
        return "user:{" + user + "}:rooms";
    }

    /** The rooms that a user, who is escaped, has made. */
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
     * The one way by which a user id enters a key, a channel or an envelope: all but {@code A-Z a-z 0-9 . _ -} becomes
     * {@code %XX} of its UTF-8 bytes, so it has no space, colon or brace and two ids never collide.
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

    /** The user id that was {@link #escape}d. */
    public static String unescape(String escaped) {
        return URLDecoder.decode(escaped, StandardCharsets.UTF_8); // a plus sign is escaped, so there is none
    }
}
