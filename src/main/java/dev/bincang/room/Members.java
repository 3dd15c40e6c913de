package dev.bincang.room;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Admins;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.log.Entry;
import dev.bincang.log.ReadAccess;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.Text;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Locale;

/**
 * Changes who is in a room and what they may do. Each change is an event in the room's log, made in the same step as
 * the change.
 *
 * <p>A user's own list of rooms is elsewhere in Redis. It is written before a user is added and after they are removed.
 * So it may list rooms that the user has left, which its reader detects, but it never misses one.
 */
@Singleton
public class Members {

    /** The kinds of change. The words are those of {@code member.lua} and of the event. */
    private enum Change {
        ADD("added", Right.INVITE),
        JOIN("added", Right.JOIN),
        LEAVE("left", Right.LEAVE),
        REMOVE("removed", Right.REMOVE),
        ROLE("role", Right.CHANGE_ROLES),
        BAN("banned", Right.BAN),
        UNBAN("unbanned", Right.BAN),
        MUTE("muted", Right.MUTE),
        UNMUTE("unmuted", Right.MUTE);

        private final String done;
        private final Right right;

        Change(String done, Right right) {
            this.done = done;
            this.right = right;
        }

        private boolean endsReading() {
            return this == LEAVE || this == REMOVE || this == BAN;
        }

        /** Whether the change has no effect on an admin. */
        private boolean silences() {
            return this == BAN || this == MUTE;
        }

        private boolean byRightOverOthers() {
            return this != ADD && this != JOIN && this != LEAVE;
        }

        private boolean isTold() {
            return this == ADD || this == REMOVE || this == BAN;
        }
    }

    /** The end of a ban or a mute that is for good, in milliseconds since 1970. */
    public static final long FOREVER = (1L << 53) - 1;

    private static final int REASON_LENGTH = 500;

    private final Events events;
    private final Audit audit;
    private final Inboxes inboxes;
    private final ReadAccess readAccess;
    private final RedisCommands link;
    private final Keys keys;
    private final RoomLog.AppendRule member;
    private final RateLimits limits;
    private final Admins admins;
    private final int max;

    Members(
            Events events,
            Audit audit,
            Inboxes inboxes,
            ReadAccess readAccess,
            RedisCommands link,
            Keys keys,
            RateLimits limits,
            Admins admins,
            BincangConfig config) {
        this.events = events;
        this.audit = audit;
        this.inboxes = inboxes;
        this.readAccess = readAccess;
        this.link = link;
        this.keys = keys;
        member = events.rule(Members.class, "member.lua");
        this.limits = limits;
        this.admins = admins;
        max = config.rooms().maxMembers();
    }

    /**
     * Makes a user a member. Users can add themselves only to a public room. Adding a member again changes nothing. The
     * answer is whether they were none before.
     *
     * <p>This method and all below fail with {@code not_found} if the actor may not know the room, {@code forbidden} if
     * the actor's role does not allow it or the other user's rank is not lower, {@code conflict} if it is not possible
     * in the room's current state.
     */
    public Uni<Boolean> add(Actor actor, RoomId room, String user) {
        var self = user.equals(actor.user().id());
        var tooMany = limits.take(What.JOIN, actor.key());
        if (tooMany != null) {
            return Uni.createFrom().failure(tooMany);
        }
        var change = self ? Change.JOIN : Change.ADD;
        return checked(user)
                .chain(key -> readAccess
                        .ask(room, actor.key(), actor.admin())
                        .invoke(pass -> require(pass, change.right))
                        .chain(() -> link.call("SADD", keys.roomsOf(key), room))
                        .chain(() -> change(actor, room, user, change, "member", "")));
    }

    /** Checks a right early, before the step that decides. */
    public static void require(ReadAccess.Pass pass, Right right) {
        if (!right.isOf(Role.parse(pass.role()))) {
            throw new Refusal(ErrorCode.FORBIDDEN, "your role in this room does not allow it");
        }
    }

    /** Ends a membership: the actor's own, or another user's. In a public room the user becomes a visitor. */
    public Uni<Void> remove(Actor actor, RoomId room, String user, String reason) {
        var self = user.equals(actor.user().id());
        return change(actor, room, user, self ? Change.LEAVE : Change.REMOVE, "", reason)
                .replaceWithVoid();
    }

    /** Gives a member another role: owner, moderator or member. */
    public Uni<Void> role(Actor actor, RoomId room, String user, Role role) {
        if (role == Role.VISITOR || role == Role.ADMIN) {
            return Uni.createFrom().failure(Refusal.bad("role: must be owner, moderator or member"));
        }
        return change(actor, room, user, Change.ROLE, role.wire(), "").replaceWithVoid();
    }

    /** Bans a user and ends their membership. {@code until} is in milliseconds since 1970, or {@link #FOREVER}. */
    public Uni<Void> ban(Actor actor, RoomId room, String user, long until, String reason) {
        return change(actor, room, user, Change.BAN, Long.toString(until), reason)
                .replaceWithVoid();
    }

    /** Ends a ban. */
    public Uni<Void> unban(Actor actor, RoomId room, String user) {
        return change(actor, room, user, Change.UNBAN, "", "").replaceWithVoid();
    }

    /** Mutes a user. {@code until} is in milliseconds since 1970, or {@link #FOREVER}. */
    public Uni<Void> mute(Actor actor, RoomId room, String user, long until, String reason) {
        return change(actor, room, user, Change.MUTE, Long.toString(until), reason)
                .replaceWithVoid();
    }

    /** Ends a mute. */
    public Uni<Void> unmute(Actor actor, RoomId room, String user) {
        return change(actor, room, user, Change.UNMUTE, "", "").replaceWithVoid();
    }

    /** Makes a change. The answer is whether there was something to change. */
    private Uni<Boolean> change(Actor actor, RoomId room, String user, Change change, String value, String reason) {
        var tooMany = change.byRightOverOthers() ? limits.take(What.MODERATE, actor.key()) : null;
        if (tooMany != null) {
            return Uni.createFrom().failure(tooMany);
        }
        var frame = frame(actor, room, user, change, value, reason);
        return checked(user)
                .invoke(() -> checkReason(reason))
                .call(key ->
                        change.silences() ? refuseAdmin(key) : Uni.createFrom().voidItem())
                .chain(key -> events.log(
                                room,
                                frame,
                                new Events.Subject(change.endsReading() ? Entry.OUT : Events.MEMBER, key),
                                new Events.Authorship(actor, change.right),
                                member,
                                change == Change.JOIN ? "add" : change.name().toLowerCase(Locale.ROOT),
                                key,
                                value,
                                max,
                                reason)
                        .chain(stored -> stored.outcome() == RoomLog.Outcome.OK
                                ? after(actor, frame, key, change, stored.detail())
                                        .replaceWith(true)
                                : Uni.createFrom().item(false)));
    }

    /** Refuses to ban or mute an admin. The event would be announced, but would have no effect. */
    private Uni<Void> refuseAdmin(String user) {
        return admins.knows(user)
                .invoke(known -> {
                    if (known) {
                        throw new Refusal(ErrorCode.FORBIDDEN, "user: an admin cannot be banned or muted in a room");
                    }
                })
                .replaceWithVoid();
    }

    private static RoomEvent.Member frame(
            Actor actor, RoomId room, String user, Change change, String value, String reason) {
        var timed = change == Change.BAN || change == Change.MUTE;
        var role = switch (change) {
            case ADD, JOIN, ROLE -> value;
            default -> null;
        };
        return new RoomEvent.Member(
                room,
                null,
                null,
                null,
                null,
                actor.user(),
                user,
                change.done,
                role,
                timed && !value.equals(Long.toString(FOREVER)) ? Long.valueOf(value) : null,
                reason.isEmpty() ? null : reason,
                null);
    }

    /**
     * Updates the user's list of rooms, their inbox and the audit trail after a change. The change itself is done. A
     * failure here is logged, and readers of the list detect it.
     */
    private Uni<Void> after(Actor actor, RoomEvent.Member frame, String user, Change change, String before) {
        var room = frame.room();
        var list = change.endsReading()
                ? link.call("SREM", keys.roomsOf(user), room)
                        .chain(() -> link.call("HDEL", keys.preferencesOf(user), room))
                        .replaceWithVoid()
                : Uni.createFrom().voidItem();
        return Inboxes.logged(list.chain(() -> change.isTold()
                        ? inboxes.tell(user, actor, room, change.done, false)
                        : Uni.createFrom().voidItem()))
                .chain(() -> change.byRightOverOthers()
                        ? audit.ofMember(actor, frame, before)
                        : Uni.createFrom().voidItem());
    }

    /** Throws a {@code bad_request} if the text cannot be a reason. */
    public static void checkReason(String reason) {
        var wrong = Text.wrong(reason, REASON_LENGTH, false);
        if (wrong != null) {
            throw Refusal.bad("reason: " + wrong);
        }
    }

    /** The user's id, escaped. Fails with {@code bad_request} if it cannot be a user's id. */
    public static Uni<String> checked(String user) {
        var wrong = User.wrongId(user);
        return wrong == null
                ? Uni.createFrom().item(Keys.escape(user))
                : Uni.createFrom().failure(Refusal.bad("user: " + wrong));
    }
}
