package dev.bincang.room;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.log.Entry;
import dev.bincang.log.ReadAccess;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Event;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Keys;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Making, changing, finding and deleting rooms. */
@Singleton
public class Rooms {

    /**
     * One of a user's rooms.
     *
     * @param last the JSON of the newest event that he may read; null if there is none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Mine(Room room, @JsonRawValue @Nullable String last) {}

    private final SecureRandom random = new SecureRandom();
    private final Events events;
    private final Audit audit;
    private final Members members;
    private final Messages messages;
    private final ReadAccess readAccess;
    private final CommandLink link;
    private final RateLimits limits;
    private final RoomLog.AppendRule settings;
    private final int maxEvents;
    private final long maxAgeMs;

    Rooms(
            Events events,
            Audit audit,
            Members members,
            Messages messages,
            ReadAccess readAccess,
            CommandLink link,
            RateLimits limits,
            BincangConfig config) {
        this.events = events;
        this.audit = audit;
        this.members = members;
        this.messages = messages;
        this.readAccess = readAccess;
        this.link = link;
        this.limits = limits;
        settings = events.rule("settings.lua");
        maxEvents = config.log().maxEvents();
        maxAgeMs = config.log().maxAge().toMillis();
    }

    /**
     * Makes a room, whose owner is the actor.
     *
     * <p>Fails with {@code conflict} for an id that is taken, {@code rate_limited}, {@code bad_request}.
     *
     * @param id null: the server makes one. Private rooms cannot have one of their own: that it is taken would tell that
     *     they exist
     * @param key null: again makes another room, where the server makes the id
     */
    public Uni<Room> create(Actor actor, @Nullable RoomId id, Settings wanted, @Nullable Key key) {
        if (id != null && (id.isReserved() || "private".equals(wanted.kind()))) {
            return Uni.createFrom()
                    .failure(Refusal.bad(
                            id.isReserved()
                                    ? "id: begins as only those do that the server makes"
                                    : "id: a private room cannot have one of its own"));
        }
        var made = id != null
                ? id
                : new RoomId("r." + name(key == null ? null : actor.user().id() + " " + key.value()));
        var kind = wanted.kind() == null ? "public" : wanted.kind();
        return create(actor, made, kind, wanted, key, Map.of(actor.key(), Role.OWNER));
    }

    /**
     * The room of the actor and one other, which is made the first time that one of them asks for it. Fails with
     * {@code bad_request} for himself.
     */
    public Uni<Room> direct(Actor actor, String user) {
        if (user.equals(actor.user().id())) {
            return Uni.createFrom().failure(Refusal.bad("user: is yourself"));
        }
        return Members.checked(user).chain(other -> {
            var both = new TreeMap<>(Map.of(actor.key(), Role.MEMBER, other, Role.MEMBER));
            var room = new RoomId("d." + name(String.join(" ", both.keySet())));
            var made = create(actor, room, "direct", Settings.NONE, null, both)
                    .call(() -> members.tell(other, actor, room, "direct"))
                    .onFailure(is(ErrorCode.CONFLICT)) // the other one was faster
                    .recoverWithUni(() -> get(actor, room));
            return get(actor, room).onFailure(is(ErrorCode.NOT_FOUND)).recoverWithUni(made);
        });
    }

    /** What a room without an id of its own is called: at random, or always the same for the same. */
    private String name(@Nullable String of) {
        try {
            var bytes = new byte[20];
            if (of == null) {
                random.nextBytes(bytes);
            } else {
                var digest = MessageDigest.getInstance("SHA-256").digest(of.getBytes(StandardCharsets.UTF_8));
                System.arraycopy(digest, 0, bytes, 0, bytes.length);
            }
            return new BigInteger(1, bytes).toString(32);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Predicate<Throwable> is(ErrorCode... codes) {
        return failure -> failure instanceof Refusal refusal && List.of(codes).contains(refusal.code());
    }

    private Uni<Room> create(
            Actor actor, RoomId room, String kind, Settings wanted, @Nullable Key key, Map<String, Role> first) {
        var roles = first.entrySet().stream()
                .map(one -> one.getKey() + " " + one.getValue().wire())
                .collect(Collectors.joining(" "));
        return Uni.createFrom()
                .deferred(() -> {
                    var tooMany = limits.take(What.CREATE, actor.key());
                    if (tooMany != null) {
                        throw tooMany;
                    }
                    var fields = wanted.fields(maxEvents, maxAgeMs);
                    fields.put("kind", kind);
                    return Uni.join()
                            .all(first.keySet().stream()
                                    .map(user -> link.call("SADD", Keys.rooms(user), room))
                                    .toList())
                            .andFailFast()
                            .chain(() -> log(actor, room, "create", null, key, roles, fields));
                })
                .chain(() -> get(actor, room));
    }

    /**
     * Changes what is not null in {@code wanted}. Fails with {@code changed} where the room's revision is none of {@code
     * revisions}.
     *
     * @param revisions null: whatever it is now
     */
    public Uni<Room> change(Actor actor, RoomId room, Settings wanted, @Nullable List<Id> revisions) {
        var right = wanted.changesReading() ? Right.CHANGE_KIND : Right.CHANGE_SETTINGS;
        return Uni.createFrom()
                .deferred(() ->
                        log(actor, room, "change", right, null, text(revisions), wanted.fields(maxEvents, maxAgeMs)))
                .chain(() -> get(actor, room));
    }

    /** Deletes it for all, with its messages. Its id is not used again. Fails as {@link #change}. */
    public Uni<Void> delete(Actor actor, RoomId room, @Nullable List<Id> revisions) {
        return log(actor, room, "delete", Right.DELETE_ROOM, null, text(revisions), Map.of())
                .replaceWithVoid();
    }

    /** As settings.lua takes them; an empty list is none, which is not the same as any. */
    private static String text(@Nullable List<Id> revisions) {
        return revisions == null ? "" : revisions.stream().map(Id::toString).collect(Collectors.joining(" ", " ", " "));
    }

    /** @param operation {@code create}, {@code change} or {@code delete}, as {@code settings.lua} has it */
    private Uni<RoomLog.Stored> log(
            Actor actor,
            RoomId room,
            String operation,
            @Nullable Right right,
            @Nullable Key key,
            String second,
            Map<String, String> fields) {
        var args = new ArrayList<Object>(List.of(operation, second));
        fields.forEach((field, value) -> args.addAll(List.of(field, value)));
        return events.log(
                        room,
                        new Event.Room(room, null, null, null, actor.user(), operation + "d"),
                        right == Right.CHANGE_KIND || right == Right.DELETE_ROOM ? Entry.RULES : Events.ROOM,
                        actor.key(),
                        new Events.Authorship(
                                actor, right, key, key == null ? "" : Events.digest(room.value(), fields.toString())),
                        settings,
                        args.toArray())
                .call(stored -> right == null || stored.outcome() != RoomLog.Outcome.OK
                        ? Uni.createFrom().voidItem()
                        : audit.ofRoom(actor, room, "room_" + operation + "d", null, null, null));
    }

    // ---- reading

    /** Fails with {@code not_found} or {@code forbidden} for who may not know it. */
    public Uni<Room> get(Actor actor, RoomId room) {
        return readAccess
                .ask(room, actor.key(), actor.admin())
                .chain(pass -> Uni.combine()
                        .all()
                        .unis(
                                link.call("HMGET", fieldsOf(room)),
                                link.call("HLEN", Keys.members(room)),
                                link.call("HGET", Keys.room(room), "revision"))
                        .with((fields, count, revision) -> {
                            var settings = new HashMap<String, @Nullable String>();
                            for (int i = 0; i < Settings.FIELDS.size(); i++) {
                                var value = fields.at(i);
                                settings.put(Settings.FIELDS.get(i), value.isNil() ? null : value.text());
                            }
                            return new Room(
                                    room,
                                    Role.parse(pass.role()),
                                    count.number(),
                                    pass.head(),
                                    revision.isNil() ? Id.ZERO : Id.parse(revision.text()),
                                    Settings.of(settings));
                        }));
    }

    private static Object[] fieldsOf(RoomId room) {
        var args = new ArrayList<Object>(List.of(Keys.room(room)));
        args.addAll(Settings.FIELDS);
        return args.toArray();
    }

    /**
     * Some of the rooms that the actor is a member of.
     *
     * @param cursor null: from the first
     */
    public Uni<ListPage<Mine>> mine(Actor actor, @Nullable String cursor, int limit) {
        return ListPage.of(link, "SSCAN", Keys.rooms(actor.key()), cursor, limit)
                .chain(part -> {
                    if (part.items().isEmpty()) {
                        return Uni.createFrom().item(new ListPage<Mine>(List.of(), part.next()));
                    }
                    var rooms = part.items().stream()
                            .map(room -> mine(actor, new RoomId(room)))
                            .toList();
                    return Uni.join()
                            .all(rooms)
                            .andFailFast()
                            .map(all -> new ListPage<>(
                                    all.stream().flatMap(Optional::stream).toList(), part.next()));
                });
    }

    /** Empty where he is no member (any more). */
    private Uni<Optional<Mine>> mine(Actor actor, RoomId room) {
        return messages.history(actor, room, null, 1)
                .chain(page -> get(actor, room)
                        .map(found -> new Mine(
                                found,
                                page.events().isEmpty()
                                        ? null
                                        : new String(page.events().getFirst(), StandardCharsets.UTF_8))))
                .map(mine -> Optional.of(mine).filter(one -> one.room().role() != Role.VISITOR))
                .onFailure(is(ErrorCode.NOT_FOUND, ErrorCode.FORBIDDEN))
                .recoverWithItem(Optional.empty());
    }
}
