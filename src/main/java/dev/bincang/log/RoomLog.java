package dev.bincang.log;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Reply;
import dev.bincang.redis.Script;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The log of every room, in Redis, and the only way to write to it. The step that writes also decides who may. */
@Singleton
public class RoomLog implements LogReader {

    /**
     * An event to append: all of its JSON except {@code id}, {@code seq} and {@code time}.
     *
     * @param tag random 32 bits, the second half of the event's id
     * @param kind one of the kinds in {@link Entry}, or any other for an event that changes nobody's right to read
     * @param about the user who wrote it, or whose membership it changes; escaped
     * @param before JSON up to and including the room
     * @param after JSON after {@code time}; begins with a comma or the closing brace
     * @param digest of user and idempotency key, or empty
     * @param hash of the command's content; the same key with another hash is a conflict
     */
    public record Draft(long tag, String kind, String about, String before, byte[] after, String digest, String hash) {}

    /**
     * The user who appends, and the right by which they do.
     *
     * @param user the user's id, escaped
     * @param roles the roles that may, each with a space before and after; empty if the server itself acts for the user
     */
    public record By(String user, boolean admin, String roles) {}

    /** A feature's part of the append script: what else must hold, and what else changes, in the same step. */
    public static final class AppendRule {
        private final Script script;

        private AppendRule(Script script) {
            this.script = script;
        }
    }

    /**
     * The result of an append.
     *
     * @param id the event's id; the room's head if there was nothing to change
     * @param time milliseconds since 1970 by Redis' clock
     * @param outcome {@code duplicate} if the key was known, {@code same} if there was nothing to change
     * @param detail the rule's text about it; mostly empty
     */
    public record Stored(Id id, long time, Outcome outcome, String detail) {
        public boolean duplicate() {
            return outcome == Outcome.DUPLICATE;
        }
    }

    public enum Outcome {
        OK,
        DUPLICATE,
        SAME
    }

    /** A page of history. {@code more} tells whether the log has older events. */
    public record History(List<Entry> entries, boolean more) {}

    private final Script read;
    private final Script tail;
    private final Script fork;
    private final CommandLink link;
    private final int maxEvents;
    private final long maxSize;
    private final long auditSize;
    private final String open;

    RoomLog(CommandLink link, BincangConfig config) {
        this.link = link;
        read = new Script(link, Script.source(RoomLog.class, "read.lua"));
        tail = new Script(link, Script.source(RoomLog.class, "tail.lua"));
        fork = new Script(link, Script.source(RoomLog.class, "fork.lua"));
        maxEvents = config.log().maxEvents();
        maxSize = config.log().maxSize().asLongValue();
        auditSize = config.log().auditSize().asLongValue();
        open = config.rooms().open() ? "1" : "";
    }

    /** Makes a rule of the named scripts beside {@code owner}. {@code append.lua} says what they must define. */
    public AppendRule rule(Class<?> owner, String... names) {
        var parts = new ArrayList<>(
                List.of(Script.source(RoomLog.class, "role.lua"), Script.source(RoomLog.class, "trim.lua")));
        for (var name : names) {
            parts.add(Script.source(owner, name));
        }
        parts.add(Script.source(RoomLog.class, "append.lua"));
        return new AppendRule(new Script(link, parts.toArray(String[]::new)));
    }

    /**
     * Gives the event the room's next id and publishes it.
     *
     * <p>Fails with {@code not_found} if the user may not know the room, with {@code forbidden} or any other refusal of
     * the rule, and with {@code conflict} if another command has used the key. After {@code unavailable} the event may
     * or may not be in the log: a retry is safe only with the same key.
     */
    public Uni<Stored> append(RoomId room, Draft draft, By by, AppendRule rule, Object... args) {
        var keys = List.of(
                Keys.room(room),
                Keys.members(room),
                Keys.barred(room),
                Keys.head(room),
                Keys.log(room),
                Keys.keys(room),
                Keys.pace(room),
                Keys.amended(room));
        var audit = room.equals(RoomId.AUDIT);
        var all = new ArrayList<>(List.<Object>of(
                draft.tag,
                draft.kind,
                draft.about,
                draft.before,
                draft.after,
                audit ? Long.MAX_VALUE : maxEvents, // the audit trail is trimmed by age and size only
                draft.digest,
                draft.hash,
                by.user,
                by.admin ? "1" : "",
                by.roles,
                room.isReserved() ? "" : open,
                audit ? auditSize : maxSize));
        Collections.addAll(all, args);
        return rule.script.run(keys, all.toArray()).map(RoomLog::stored);
    }

    private static Stored stored(Reply reply) {
        var outcome = reply.at(0).text();
        if (outcome.equals("refused")) {
            throw ReadAccess.refusal(
                    reply.at(1).text(), reply.at(2).text(), reply.at(3).text());
        }
        return new Stored(
                Id.parse(reply.at(1).text()),
                Long.parseLong(reply.at(2).text()),
                Outcome.valueOf(outcome.toUpperCase(Locale.ROOT)),
                reply.size() > 3 ? reply.at(3).text() : "");
    }

    @Override
    public Uni<Page> read(RoomId room, Id position, int count, int bytes) {
        return read.run(List.of(Keys.head(room), Keys.log(room)), position, count, bytes)
                .map(reply -> {
                    var first = reply.at(1).text();
                    return new Page(
                            Id.parse(reply.at(0).text()), first.isEmpty() ? null : Id.parse(first), entries(reply, 2));
                });
    }

    @Override
    public Uni<List<Entry>> newest(RoomId room, int count, int bytes) {
        return tail.run(List.of(Keys.log(room), Keys.amended(room)), "", count, bytes)
                .map(reply -> entries(reply, 2));
    }

    /**
     * Reads the page of events before {@code before}. Messages are as they are now: edited, or without the text if
     * deleted.
     *
     * <p>Fails with {@code conflict} if that position is not in the log: it was trimmed or belongs to another history.
     *
     * @param before {@link Id#ZERO} for the newest page
     */
    public Uni<History> history(RoomId room, Id before, int count, int bytes) {
        var from = before.equals(Id.ZERO) ? "" : before.toString();
        return tail.run(List.of(Keys.log(room), Keys.amended(room)), from, count, bytes)
                .map(reply -> {
                    if (reply.at(0).text().equals("0")) {
                        throw new Refusal(ErrorCode.CONFLICT, "before: not in this room's log (any more)");
                    }
                    var entries = entries(reply, 2);
                    for (int i = 0; i < entries.size(); i++) {
                        entries.set(
                                i, amended(entries.get(i), reply.at(2 + i).at(5).text()));
                    }
                    return new History(entries, reply.at(1).text().equals("1"));
                });
    }

    /** Returns an entry as it is now, edited or deleted. An empty amendment changes nothing. */
    static Entry amended(Entry entry, String amendment) {
        if (amendment.isEmpty()) {
            return entry;
        }
        var space = amendment.indexOf(' ');
        var time = Long.parseLong(space < 0 ? amendment : amendment.substring(0, space));
        var text = space < 0 ? null : amendment.substring(space + 1);
        return new Entry(
                entry.id(), entry.prev(), entry.kind(), entry.about(), Codec.amended(entry.json(), time, text));
    }

    @Override
    public Uni<Id> fork(RoomId room, List<Id> ids) {
        return fork.run(List.of(Keys.head(room), Keys.log(room)), ids.toArray()).map(reply -> Id.parse(reply.text()));
    }

    @Override
    public Uni<List<Id>> heads(List<RoomId> rooms) {
        return link.get(rooms.stream().map(Keys::head).toList())
                .map(replies -> replies.stream()
                        .map(reply -> reply.isNil() ? Id.ZERO : Id.parse(reply.text()))
                        .toList());
    }

    private static List<Entry> entries(Reply reply, int from) {
        var entries = new ArrayList<Entry>(reply.size() - from);
        for (int i = from; i < reply.size(); i++) {
            entries.add(entry(reply.at(i)));
        }
        return entries;
    }

    /** Reads one entry as the scripts return it: id, prev, kind, about, json. */
    static Entry entry(Reply entry) {
        return new Entry(
                Id.parse(entry.at(0).text()),
                Id.parse(entry.at(1).text()),
                entry.at(2).text(),
                entry.at(3).text(),
                entry.at(4).bytes());
    }
}
