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

/** The log of every room, in Redis, and the one gate to it: who may write is decided in the step that writes. */
@Singleton
public class RoomLog implements LogReader {

    /**
     * An event to be logged: all of its JSON but {@code id}, {@code seq} and {@code time}.
     *
     * @param tag random 32 bits, the second half of the id to be
     * @param kind one of {@link Entry}'s, or any other for what changes nobody's right to read
     * @param about the user who wrote it, or whose membership it changes; escaped
     * @param before JSON up to and with the room
     * @param after JSON behind {@code time}, beginning with a comma or the closing brace
     * @param digest of user and idempotency key, or empty
     * @param hash of what the command says: the same key with another one is a conflict
     */
    public record Draft(long tag, String kind, String about, String before, byte[] after, String digest, String hash) {}

    /**
     * Who does it, by which right.
     *
     * @param user escaped
     * @param roles those that may, each between spaces; empty where the server itself does it for him
     */
    public record By(String user, boolean admin, String roles) {}

    /** What else has to hold, and what else changes, in the step that appends: the part of the script that knows it. */
    public static final class AppendRule {
        private final Script script;

        private AppendRule(Script script) {
            this.script = script;
        }
    }

    /**
     * Where an event stands.
     *
     * @param time milliseconds since 1970 by Redis' clock
     * @param outcome {@code duplicate} if the key was known, {@code same} if there was nothing to change: then it is the
     *     room's head
     * @param detail what the rule says of it; mostly empty
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

    /** A page of history. */
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

    /** A rule by the names of scripts beside {@code owner}: {@code append.lua} tells what they have to define. */
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
     * <p>Fails with {@code not_found} where he may not know the room, {@code forbidden} or whatever else the rule refuses,
     * {@code conflict} for a key that another command has used, and with {@code unavailable}: then it may be logged or
     * not, and only the same key makes it safe to try again.
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
                audit ? Long.MAX_VALUE : maxEvents, // the audit trail ends by age and size only
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
     * The page of events before {@code before}, messages as they are now: edited, or without the text that was deleted.
     *
     * <p>Fails with {@code conflict} if that position is not in the log, trimmed or of another history.
     *
     * @param before {@link Id#ZERO} for the newest
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

    /** As it is now. */
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

    /** One as the scripts have it: id, prev, kind, about, json. */
    static Entry entry(Reply entry) {
        return new Entry(
                Id.parse(entry.at(0).text()),
                Id.parse(entry.at(1).text()),
                entry.at(2).text(),
                entry.at(3).text(),
                entry.at(4).bytes());
    }
}
