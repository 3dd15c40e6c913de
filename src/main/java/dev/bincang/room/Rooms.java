package dev.bincang.room;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.log.Entry;
import dev.bincang.log.RoomLog;
import dev.bincang.log.RoomViews;
import dev.bincang.people.block.Blocks;
import dev.bincang.people.report.ReportStore;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes, changes, finds and deletes rooms. */
@Singleton
public class Rooms {

    /** The field of a room's hash that names the user for whom the room is counted. */
    private static final String MAKER = "maker";

    private static final Logger LOG = Logger.getLogger(Rooms.class);

    private final SecureRandom random = new SecureRandom();
    private final Events events;
    private final Audit audit;
    private final Inboxes inboxes;
    private final RoomViews views;
    private final RedisCommands link;
    private final Keys keys;
    private final RateLimits limits;
    private final RoomLog.AppendRule settings;
    private final MadeRooms made;
    private final Blocks blocks;
    private final ReportStore reports;
    private final int maxMembers;
    private final int maxMessages;
    private final long maxAgeMs;

    Rooms(
            Events events,
            Audit audit,
            Inboxes inboxes,
            MadeRooms made,
            Blocks blocks,
            ReportStore reports,
            RoomViews views,
            RedisCommands link,
            Keys keys,
            RateLimits limits,
            BincangConfig config) {
        this.events = events;
        this.audit = audit;
        this.inboxes = inboxes;
        this.views = views;
        this.link = link;
        this.keys = keys;
        this.made = made;
        this.blocks = blocks;
        this.reports = reports;
        this.limits = limits;
        settings = events.rule(Rooms.class, "settings.lua");
        maxMembers = config.rooms().maxMembers();
        maxMessages = config.log().maxMessages();
        maxAgeMs = config.log().maxAge().toMillis();
    }

    /** Makes a room as the other method does, without other members. */
    public Uni<Room> create(Actor actor, @Nullable RoomId id, Settings wanted, @Nullable Key key) {
        return create(actor, id, wanted, key, List.of());
    }

    /**
     * Makes a room and makes the actor its owner, and other users its members, in one step.
     *
     * <p>Fails with {@code conflict} if the id is taken, {@code rate_limited}, {@code limit_reached}, {@code bad_request}.
     *
     * @param id null: the server makes one. A private room has no chosen id: "taken" would tell that it exists
     * @param key null: if the server makes the id, repeating the call makes another room
     * @param others of {@link Actor#others}; each counts as a join of the actor
     */
    public Uni<Room> create(Actor actor, @Nullable RoomId id, Settings wanted, @Nullable Key key, List<String> others) {
        if (id != null && (id.isReserved() || "private".equals(wanted.kind()))) {
            return Uni.createFrom()
                    .failure(Refusal.bad(
                            id.isReserved()
                                    ? "id: only the server makes ids that begin with @, r. or d."
                                    : "id: must be left out for a private room"));
        }
        var made = id != null
                ? id
                : new RoomId("r." + name(key == null ? null : actor.user().id() + " " + key.value()));
        var kind = wanted.kind() == null ? "public" : wanted.kind();
        var refusal = others.size() < maxMembers
                ? limits.take(What.JOIN, actor.key(), others.size())
                : new Refusal(ErrorCode.LIMIT_REACHED, "members: a room has at most " + maxMembers);
        if (refusal != null) {
            return Uni.createFrom().failure(refusal);
        }
        var first = new TreeMap<String, Role>();
        others.forEach(other -> first.put(Keys.escape(other), Role.MEMBER));
        first.put(actor.key(), Role.OWNER);
        return create(actor, made, kind, wanted, key, first);
    }

    /**
     * The direct room of the actor and one other user, who must not be the actor. It is made when one of them first asks for
     * it. If the other user has blocked the actor, their inbox does not tell of it.
     */
    public Uni<Room> direct(Actor actor, String user) {
        if (user.equals(actor.user().id())) {
            return Uni.createFrom().failure(Refusal.bad("user: must not be yourself"));
        }
        return Members.checked(user).chain(other -> {
            var both = new TreeMap<>(Map.of(actor.key(), Role.MEMBER, other, Role.MEMBER));
            var room = new RoomId("d." + name(String.join(" ", both.keySet())));
            var made = create(actor, room, "direct", Settings.NONE, null, both)
                    .call(() -> blocks.has(other, actor.key())
                            .chain(blocked -> inboxes.tell(other, actor, room, "direct", blocked)))
                    .onFailure(is(ErrorCode.CONFLICT)) // the other one was faster
                    .recoverWithUni(() -> get(actor, room));
            return get(actor, room).onFailure(is(ErrorCode.NOT_FOUND)).recoverWithUni(made);
        });
    }

    /** The id of a room without a chosen one. It is random, or always the same for the same {@code of}. */
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
                    var full = events.full();
                    var refusal = full != null ? full : limits.take(What.CREATE, actor.key());
                    if (refusal != null) {
                        throw refusal;
                    }
                    var fields = wanted.fields(maxMessages, maxAgeMs);
                    fields.put("kind", kind);
                    fields.put(MAKER, actor.key());
                    return made.counted(
                            actor,
                            room,
                            Uni.join()
                                    .all(first.keySet().stream()
                                            .map(user -> link.call("SADD", keys.roomsOf(user), room))
                                            .toList())
                                    .andFailFast()
                                    .chain(() -> log(actor, room, "create", null, key, roles, fields)));
                })
                .call(stored -> stored.outcome() == RoomLog.Outcome.OK && !kind.equals("direct")
                        ? inboxes.tellAdded(first.keySet(), actor, room)
                        : Uni.createFrom().voidItem())
                .chain(() -> get(actor, room));
    }

    /**
     * Changes the settings that are not null in {@code wanted}. Fails with {@code changed} if the room's current
     * revision is not in {@code revisions}.
     *
     * @param revisions the revisions that the room may have; null allows any
     */
    public Uni<Room> change(Actor actor, RoomId room, Settings wanted, @Nullable List<Id> revisions) {
        return Uni.createFrom()
                .deferred(() -> {
                    var refusal = limits.take(What.MODERATE, actor.key());
                    if (refusal != null) {
                        throw refusal;
                    }
                    var fields = wanted.fields(maxMessages, maxAgeMs);
                    return log(actor, room, "change", wanted.right(), null, text(revisions), fields)
                            .call(stored -> stored.outcome() == RoomLog.Outcome.OK
                                    ? auditChange(actor, room, before(stored), fields)
                                    : Uni.createFrom().voidItem());
                })
                .chain(() -> get(actor, room));
    }

    private Uni<Void> auditChange(Actor actor, RoomId room, Map<String, String> before, Map<String, String> fields) {
        var after = new HashMap<>(fields);
        after.keySet().retainAll(before.keySet());
        return audit.ofRoom(actor, room, "room_changed", Settings.shown(before), Settings.shown(after));
    }

    /** The previous values from {@code settings.lua}: field to value. */
    private static Map<String, String> before(RoomLog.Stored stored) {
        try {
            return Codec.json().readValue(stored.detail(), new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("settings.lua refuses the settings: " + stored.detail(), e);
        }
    }

    /** Deletes a room and its messages for all users. Its id is not used again. Fails as {@link #change}. */
    public Uni<Void> delete(Actor actor, RoomId room, @Nullable List<Id> revisions) {
        var told = new LinkedHashMap<String, String>();
        Settings.FIELDS.forEach(field -> told.put(field, ""));
        told.put(MAKER, "");
        return log(actor, room, "delete", Right.DELETE_ROOM, null, text(revisions), told)
                .chain(stored -> {
                    var before = before(stored);
                    var maker = before.getOrDefault(MAKER, "");
                    before.values().removeIf(String::isEmpty);
                    return (maker.isEmpty() ? Uni.createFrom().voidItem() : made.gone(maker, room))
                            .chain(() -> audit.ofRoom(actor, room, "room_deleted", Settings.shown(before), Map.of()))
                            .chain(() -> events.sweep(room))
                            .chain(() -> reports.removeAll(room).onFailure().recoverWithItem(failure -> {
                                LOG.warnf("the reports of a deleted room expire later: %s", failure.getMessage());
                                return null;
                            }));
                });
    }

    /** Revisions in the form that {@code settings.lua} expects. An empty list allows no revision; null allows any. */
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
        var changesReading = operation.equals("delete") || fields.containsKey("kind") || fields.containsKey("history");
        var hash = new ArrayList<>(List.of(operation, room.value(), second));
        fields.forEach((field, value) -> hash.addAll(List.of(field, value)));
        return events.log(
                room,
                new RoomEvent.Room(room, null, null, null, null, actor.user(), operation + "d"),
                new Events.Subject(right != null && changesReading ? Entry.RULES : Events.ROOM, actor.key()),
                new Events.Authorship(
                        actor,
                        right,
                        key,
                        key == null
                                ? ""
                                : Events.digest(hash.toArray(String[]::new)).substring(0, Events.HASH_LENGTH)),
                settings,
                args.toArray());
    }

    // ---- reading

    /**
     * The room as the actor sees it. Fails with {@code not_found} or {@code forbidden} if the actor may not know it.
     */
    public Uni<Room> get(Actor actor, RoomId room) {
        return views.one(room, actor.key(), actor.admin(), Settings.FIELDS).map(Room::of);
    }
}
