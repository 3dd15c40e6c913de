package dev.bincang.people.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.BincangConfig;
import dev.bincang.log.Entry;
import dev.bincang.log.ReadAccess;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores reports beside their room. A report is a key of its own that expires, so its copy of a message is gone in time,
 * whatever else happens. Every method fails with {@code unavailable} if Redis is away.
 */
@Singleton
public class ReportStore {

    /** The length of an id. The first six characters are a digest of the reporter. */
    public static final int ID_LENGTH = 16;

    /** Where an entry of the index has the id: after the state and the time. */
    private static final int ID_AT = 16;

    private static final byte[] NOTHING = {};

    /**
     * Who reports, claims or resolves, and by which right.
     *
     * @param user escaped
     * @param roles the roles that may, each with a space before and after
     * @param json what they say, with their name
     */
    public record By(String user, boolean admin, String roles, String json) {}

    /**
     * The result of a report.
     *
     * @param message the JSON of the message as it is now; null if the user has reported it before
     */
    public record Added(byte @Nullable [] message) {}

    /**
     * What has happened to a report.
     *
     * @param author the user whose message it is about, escaped
     */
    public record Handled(Id message, String author) {}

    /**
     * A report.
     *
     * @param author the user whose message it is about, escaped
     * @param made when, in milliseconds since 1970
     * @param changed when it was claimed or resolved
     * @param said what the reporter said
     * @param handled what the user who claimed or resolved it said; missing if nobody has
     * @param message the JSON of the message as it was at the time of the report
     */
    public record Stored(
            String id,
            ReportState state,
            String author,
            long made,
            long changed,
            JsonNode said,
            JsonNode handled,
            String message) {}

    /**
     * A page of reports.
     *
     * @param next the cursor of the next page; null at the end
     */
    public record Page(List<Stored> reports, @Nullable String next) {}

    private final RedisCommands link;
    private final Keys keys;
    private final Script report;
    private final Script handle;
    private final int maxPerRoom;
    private final int maxPerUser;
    private final long keepMs;
    private final String open;

    ReportStore(RedisCommands link, Keys keys, BincangConfig config) {
        this.link = link;
        this.keys = keys;
        var role = Script.source(RoomLog.class, "role.lua");
        report = new Script(
                link, role, Script.source(RoomLog.class, "head.lua"), Script.source(ReportStore.class, "report.lua"));
        handle = new Script(link, role, Script.source(ReportStore.class, "handle.lua"));
        maxPerRoom = config.reports().maxPerRoom();
        maxPerUser = config.reports().maxPerUser();
        keepMs = config.reports().keep().toMillis();
        open = config.rooms().open() ? "1" : "";
    }

    /**
     * Stores a report with a copy of the message, in the step that checks the right.
     *
     * <p>Fails with {@code not_found} if the user may not read the room or the message, or if it was deleted, {@code
     * forbidden} if it is their own, and {@code limit_reached} if the user or the room has too many reports.
     */
    public Uni<Added> add(RoomId room, Id target, String id, By by) {
        var of = keys.of(room);
        return report.write(
                        List.of(of.room(), of.members(), of.log(), of.bodies(), of.reports(), of.report(id)),
                        open(room),
                        by.user,
                        by.admin ? "1" : "",
                        by.roles,
                        target,
                        id,
                        by.json,
                        maxPerRoom,
                        maxPerUser,
                        keepMs)
                .chain(reply -> {
                    if (accepted(reply).equals("duplicate")) {
                        return Uni.createFrom().item(new Added(null));
                    }
                    var added = new Added(message(
                            room,
                            reply.at(2).text(),
                            reply.at(3).text(),
                            reply.at(4).bytes()));
                    var replaced = reply.at(1).text();
                    return replaced.isEmpty()
                            ? Uni.createFrom().item(added)
                            : link.call("UNLINK", of.report(replaced)).replaceWith(added);
                });
    }

    /**
     * Claims or resolves a report. Null if that is so already.
     *
     * <p>Fails with {@code not_found} if the user may not read the room, or if there is no such report for them, {@code
     * forbidden} if their role does not allow it, {@code conflict} if somebody else was faster.
     */
    public Uni<@Nullable Handled> handle(RoomId room, String id, ReportState to, By by) {
        var of = keys.of(room);
        return handle.write(
                        List.of(of.room(), of.members(), of.reports(), of.report(id)),
                        open(room),
                        by.user,
                        by.admin ? "1" : "",
                        by.roles,
                        id,
                        to.digit(),
                        by.json,
                        keepMs)
                .map(reply -> accepted(reply).equals("same")
                        ? null
                        : new Handled(Id.parse(reply.at(1).text()), reply.at(2).text()));
    }

    private String open(RoomId room) {
        return room.isReserved() ? "" : open;
    }

    private static String accepted(Reply reply) {
        var outcome = reply.at(0).text();
        if (outcome.equals("refused")) {
            throw ReadAccess.refusal(reply.at(1).text(), reply.at(2).text(), "");
        }
        return outcome;
    }

    /**
     * Whether a text has the form of a cursor.
     *
     * @param state that of the list, or null
     */
    public static boolean isCursor(String text, @Nullable ReportState state) {
        return text.matches("[0-2][0-9]{15}[A-Za-z0-9_-]{16}") && (state == null || text.charAt(0) == state.digit());
    }

    /**
     * A page of a room's reports: the open ones first, then the claimed, then the resolved, the oldest of each first.
     *
     * @param state null: of all states
     * @param after the cursor that the page begins after; null: from the beginning
     */
    public Uni<Page> page(RoomId room, @Nullable ReportState state, @Nullable String after, int limit) {
        var of = keys.of(room);
        var first = state == null ? ReportState.OPEN : state;
        var last = state == null ? ReportState.RESOLVED : state;
        var from = after == null ? "[" + first.digit() : "(" + after;
        var to = "(" + (char) (last.digit() + 1);
        return link.call("ZRANGEBYLEX", of.reports(), from, to, "LIMIT", 0, limit)
                .chain(reply -> {
                    var found = reply.texts();
                    if (found.isEmpty()) {
                        return Uni.createFrom().item(new Page(List.of(), null));
                    }
                    var ids =
                            found.stream().map(entry -> entry.substring(ID_AT)).toList();
                    var stored = ids.stream().map(of::report).toList();
                    return link.call(
                                    "MGET",
                                    stored.getFirst(),
                                    stored.subList(1, stored.size()).toArray())
                            .map(values -> new Page(
                                    reports(room, ids, values), found.size() < limit ? null : found.getLast()));
                });
    }

    private static List<Stored> reports(RoomId room, List<String> ids, Reply values) {
        var reports = new ArrayList<Stored>();
        for (int i = 0; i < ids.size(); i++) {
            if (!values.at(i).isNil()) { // otherwise it has expired
                reports.add(stored(room, ids.get(i), values.at(i).text()));
            }
        }
        return reports;
    }

    /** Reads a value that {@code report.lua} describes. */
    private static Stored stored(RoomId room, String id, String value) {
        var lines = value.split("\n", 5);
        var words = lines[0].split(" ", 5);
        var message = lines[3].split(" ", 2);
        return new Stored(
                id,
                ReportState.of(words[0].charAt(0)),
                words[3],
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                json(lines[1]),
                json(lines[2]),
                new String(
                        message(room, message[0], message[1], lines[4].getBytes(StandardCharsets.UTF_8)),
                        StandardCharsets.UTF_8));
    }

    private static byte[] message(RoomId room, String id, String envelope, byte[] body) {
        return Entry.stored(room, id, envelope, body, NOTHING, NOTHING).json();
    }

    private static JsonNode json(String text) {
        try {
            return Codec.json().readTree(text);
        } catch (JsonProcessingException e) { // not as the cause: its message can quote the text, which is never logged
            throw new IllegalStateException("a report is stored in a wrong form: " + Codec.reason(e));
        }
    }

    /** A user in the JSON of {@link By}. */
    public static User user(JsonNode json) {
        return new User(json.at("/by/id").asText(), json.at("/by/name").asText());
    }

    /** Removes all reports of a room that was deleted. What cannot be removed expires. */
    public Uni<Void> removeAll(RoomId room) {
        var of = keys.of(room);
        return link.call("ZRANGE", of.reports(), 0, -1)
                .chain(reply -> link.call(
                        "UNLINK",
                        of.reports(),
                        reply.texts().stream()
                                .map(entry -> of.report(entry.substring(ID_AT)))
                                .toArray()))
                .replaceWithVoid();
    }
}
