package dev.bincang.log;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Keys.RoomKeys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The log of every room, in Redis, and the only way to write to it. The step that writes also decides who may. */
@Singleton
public class RoomLog implements LogReader {

    /**
     * An event to append. The script adds {@code id}, {@code seq}, {@code time} and {@code n}.
     *
     * @param tag random 32 bits, the second half of the event's id
     * @param kind one of the kinds in {@link Entry}, or any other for an event that changes nobody's right to read
     * @param about the user who wrote it, or whose membership it changes; escaped
     * @param target the message that the event changes, or null
     * @param before JSON up to and including the room
     * @param kept JSON after {@code n}, without the closing brace: it stays when the message is deleted
     * @param rest the JSON after that, with the closing brace; begins with a comma unless it is the brace alone
     * @param digest of user and idempotency key, or empty
     * @param hash of the command's content; the same key with another hash is a conflict
     */
    public record Draft(
            long tag,
            String kind,
            String about,
            @Nullable Id target,
            String before,
            byte[] kept,
            byte[] rest,
            String digest,
            String hash) {}

    /**
     * The user who appends, and the right by which they do.
     *
     * @param user the user's id, escaped
     * @param roles the roles that may, each with a space before and after; empty if the server itself acts for the user
     */
    public record By(String user, boolean admin, String roles) {}

    /**
     * A feature's part of the append script: what else must hold, and what else changes, in the same step.
     *
     * @param also more keys of the room that the script uses, after those of {@code append.lua}
     */
    public record AppendRule(Script script, Function<RoomKeys, List<String>> also) {
        public AppendRule also(Function<RoomKeys, String> key) {
            return new AppendRule(script, room -> List.of(key.apply(room)));
        }
    }

    /**
     * The result of an append.
     *
     * @param id the event's id; the room's head if there was nothing to change
     * @param time milliseconds since 1970 by Redis' clock; null for a duplicate of an event that is not in the log any more
     * @param outcome {@code duplicate} if the key was known, {@code same} if there was nothing to change
     * @param detail the rule's text about it; mostly empty
     */
    public record Stored(Id id, @Nullable Long time, Outcome outcome, String detail) {
        public boolean duplicate() {
            return outcome == Outcome.DUPLICATE;
        }
    }

    public enum Outcome {
        OK,
        DUPLICATE,
        SAME
    }

    /**
     * A text that an edit has replaced.
     *
     * @param time when it was written, in milliseconds since 1970
     * @param rest the part of the message's JSON that it was: {@link Draft#rest}
     */
    public record Version(long time, String rest) {}

    private final Script read;
    private final Script tail;
    private final Script fork;
    private final Script versions;
    private final RedisCommands link;
    private final Keys keys;
    private final Retention retention;
    private final Sweep sweep;
    private final String open;

    RoomLog(RedisCommands link, Keys keys, Retention retention, Sweep sweep, BincangConfig config) {
        this.link = link;
        this.keys = keys;
        this.retention = retention;
        this.sweep = sweep;
        read = script(link, "head.lua", "entries.lua", "read.lua");
        tail = script(link, "head.lua", "entries.lua", "tail.lua");
        fork = script(link, "fork.lua");
        versions = script(link, "head.lua", "versions.lua");
        open = config.rooms().open() ? "1" : "";
    }

    /** Joins scripts beside this class. */
    static Script script(RedisCommands link, String... names) {
        return new Script(
                link,
                Stream.of(names).map(name -> Script.source(RoomLog.class, name)).toArray(String[]::new));
    }

    /** Makes a rule of the named scripts beside {@code owner}. {@code append.lua} says what they must define. */
    public AppendRule rule(Class<?> owner, String... names) {
        var parts = Stream.of(
                        Stream.of("role.lua", "head.lua", "extras.lua", "trim.lua", "mark.lua")
                                .map(name -> Script.source(RoomLog.class, name)),
                        Stream.of(names).map(name -> Script.source(owner, name)),
                        Stream.of(Script.source(RoomLog.class, "append.lua")))
                .flatMap(part -> part);
        return new AppendRule(new Script(link, parts.toArray(String[]::new)), _ -> List.of());
    }

    /**
     * Gives the event the room's next id and publishes it.
     *
     * <p>Fails with {@code not_found} if the user may not know the room, with {@code forbidden} or any other refusal of
     * the rule, and with {@code conflict} if another command has used the key. After {@code unavailable} the event may
     * or may not be in the log: a retry is safe only with the same key.
     */
    public Uni<Stored> append(RoomId room, Draft draft, By by, AppendRule rule, Object... args) {
        var all = new ArrayList<>(List.<Object>of(
                draft.tag,
                draft.kind,
                draft.about,
                draft.target == null ? "-" : draft.target,
                draft.before,
                draft.kept,
                draft.rest,
                retention.messages(room),
                retention.events(room),
                retention.bytes(room),
                draft.digest,
                draft.hash,
                retention.keysMs(),
                by.user,
                by.admin ? "1" : "",
                by.roles,
                room.isReserved() ? "" : open,
                room,
                retention.ageMs(room)));
        Collections.addAll(all, args);
        var used = new ArrayList<>(declared(keys, room));
        used.addAll(rule.also.apply(keys.of(room)));
        return rule.script.write(used, all.toArray()).map(RoomLog::stored);
    }

    /** Removes now what a deleted room need not keep. Fails with {@code unavailable}; then the sweeper does it later. */
    public Uni<Void> sweep(RoomId room) {
        return sweep.deleted(room).replaceWithVoid();
    }

    /**
     * The keys of a room that {@code append.lua} and {@code sweep.lua} use. Logs that the server alone writes have no
     * members, index, idempotency keys or marks.
     */
    static List<String> declared(Keys keys, RoomId room) {
        var of = keys.of(room);
        var hash = of.room();
        var log = of.log();
        var bodies = of.bodies();
        var beside = keys.roomsBeside(room);
        return room.isServers()
                ? List.of(hash, hash, log, bodies, hash, hash, hash, beside, hash)
                : List.of(hash, of.members(), log, bodies, of.index(), of.keys(0), of.keys(1), beside, of.marks());
    }

    static Stored stored(Reply reply) {
        var outcome = reply.at(0).text();
        if (outcome.equals("refused")) {
            throw ReadAccess.refusal(
                    reply.at(1).text(), reply.at(2).text(), reply.at(3).text());
        }
        return new Stored(
                Id.parse(reply.at(1).text()),
                reply.at(2).text().isEmpty() ? null : Long.valueOf(reply.at(2).text()),
                Outcome.valueOf(outcome.toUpperCase(Locale.ROOT)),
                reply.size() > 3 ? reply.at(3).text() : "");
    }

    private List<String> toRead(RoomId room) {
        var of = keys.of(room);
        return List.of(of.room(), of.room(), of.log(), of.bodies());
    }

    @Override
    public Uni<Page> read(RoomId room, Id position, int count, int bytes) {
        return read.run(toRead(room), position, count, bytes).map(reply -> {
            var first = reply.at(1).text();
            return new Page(
                    Id.parse(reply.at(0).text()), first.isEmpty() ? null : Id.parse(first), entries(room, reply, 2));
        });
    }

    @Override
    public Uni<List<Entry>> newest(RoomId room, int count, int bytes) {
        return tail.run(toRead(room), count, bytes).map(reply -> entries(room, reply, 0));
    }

    /** The old texts of a message, oldest first. Fails with {@code not_found} if the log has no such message. */
    public Uni<List<Version>> versions(RoomId room, Id message) {
        return versions.run(toRead(room), message).map(reply -> {
            if (reply.isNil()) {
                throw new Refusal(ErrorCode.NOT_FOUND, "id: not in this room's log (any more)");
            }
            return reply.text().lines().map(RoomLog::version).toList();
        });
    }

    /** Reads a line of {@code amend.lua}. */
    private static Version version(String line) {
        var space = line.indexOf(' ');
        return new Version(Long.parseLong(line.substring(0, space)), line.substring(space + 1));
    }

    @Override
    public Uni<Id> fork(RoomId room, List<Id> ids) {
        return fork.run(toRead(room), ids.toArray()).map(reply -> Id.parse(reply.text()));
    }

    @Override
    public Uni<Id> head(RoomId room) {
        return link.hashField(keys.of(room).room(), "head").map(RoomLog::head);
    }

    private static Id head(Reply reply) {
        if (reply.isNil()) {
            return Id.ZERO;
        }
        var text = reply.text();
        return Id.parse(text.substring(0, text.indexOf(' ')));
    }

    /** Reads the entries of a reply, as {@code entries.lua} gives them, from the element {@code from} on. */
    public static List<Entry> entries(RoomId room, Reply reply, int from) {
        var entries = new ArrayList<Entry>(reply.size() - from);
        for (int i = from; i < reply.size(); i++) {
            entries.add(entry(room, reply.at(i)));
        }
        return entries;
    }

    /** Reads one entry as {@code entries.lua} gives it. */
    static Entry entry(RoomId room, Reply entry) {
        return Entry.stored(
                room,
                entry.at(0).text(),
                entry.at(1).text(),
                entry.at(2).bytes(),
                entry.at(3).bytes(),
                entry.at(4).bytes());
    }
}
