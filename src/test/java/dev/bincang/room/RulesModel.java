package dev.bincang.room;

import dev.bincang.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of docs/roles.md, in Java and without Redis: the state of one room, and how each action changes it. Each
 * action returns the error code of its refusal, or null.
 */
final class RulesModel {

    /** A message, by its number. */
    private record Message(Actor author, boolean deleted) {}

    private final Map<Actor, Role> roles = new HashMap<>();
    private final Set<Actor> banned = new HashSet<>();
    private final Set<Actor> muted = new HashSet<>();
    private final List<Message> messages = new ArrayList<>();
    private boolean secret;
    private boolean frozen;
    private boolean readOnly;
    private boolean deleted;

    RulesModel(Actor owner) {
        roles.put(owner, Role.OWNER);
    }

    // ---- roles

    /** The role in the room, by membership alone. */
    private Role membership(Actor who) {
        return roles.getOrDefault(who, Role.VISITOR);
    }

    private boolean mayRead(Actor who) {
        return !deleted && (who.admin() || (!banned.contains(who) && (!secret || roles.containsKey(who))));
    }

    /** In the order of the table's columns. */
    private Role role(Actor who) {
        return who.admin() ? Role.ADMIN : membership(who);
    }

    private @Nullable ErrorCode outside(Actor who) {
        if (mayRead(who)) {
            return null;
        }
        return !deleted && !secret ? ErrorCode.FORBIDDEN : ErrorCode.NOT_FOUND;
    }

    private boolean lastOwner(Actor who) {
        return membership(who) == Role.OWNER
                && roles.values().stream().filter(Role.OWNER::equals).count() == 1;
    }

    private @Nullable ErrorCode over(Actor by, Actor who, Role least) {
        var outside = outside(by);
        if (outside != null) {
            return outside;
        }
        var allowed = role(by).compareTo(least) >= 0
                && (by.equals(who) || membership(who).compareTo(role(by)) < 0);
        return allowed ? null : ErrorCode.FORBIDDEN;
    }

    // ---- actions

    @Nullable
    ErrorCode add(Actor by, Actor who) {
        var refused = over(by, who, by.equals(who) ? Role.VISITOR : Role.MODERATOR);
        if (refused != null || roles.containsKey(who)) {
            return refused;
        }
        if (banned.contains(who)) {
            return ErrorCode.CONFLICT;
        }
        roles.put(who, Role.MEMBER);
        return null;
    }

    @Nullable
    ErrorCode remove(Actor by, Actor who) {
        var refused = over(by, who, by.equals(who) ? Role.VISITOR : Role.MODERATOR);
        if (refused == null && lastOwner(who)) {
            return ErrorCode.CONFLICT;
        }
        if (refused == null) {
            roles.remove(who);
        }
        return refused;
    }

    @Nullable
    ErrorCode role(Actor by, Actor who, Role role) {
        var refused = over(by, who, Role.OWNER);
        if (refused != null) {
            return refused;
        }
        if (!roles.containsKey(who)) {
            return ErrorCode.NOT_FOUND;
        }
        if (roles.get(who) != role && lastOwner(who)) {
            return ErrorCode.CONFLICT;
        }
        roles.put(who, role);
        return null;
    }

    private @Nullable ErrorCode overOthersOnly(Actor by, Actor who) {
        var refused = over(by, who, Role.MODERATOR);
        return refused == null && by.equals(who) ? ErrorCode.FORBIDDEN : refused;
    }

    @Nullable
    ErrorCode ban(Actor by, Actor who) {
        var refused = who.admin() ? ErrorCode.FORBIDDEN : overOthersOnly(by, who);
        if (refused == null && lastOwner(who)) {
            return ErrorCode.CONFLICT;
        }
        if (refused == null) {
            banned.add(who);
            roles.remove(who);
        }
        return refused;
    }

    @Nullable
    ErrorCode unban(Actor by, Actor who) {
        var refused = overOthersOnly(by, who);
        if (refused == null) {
            banned.remove(who);
        }
        return refused;
    }

    @Nullable
    ErrorCode mute(Actor by, Actor who) {
        var refused = who.admin() ? ErrorCode.FORBIDDEN : overOthersOnly(by, who);
        if (refused == null) {
            muted.add(who);
        }
        return refused;
    }

    @Nullable
    ErrorCode unmute(Actor by, Actor who) {
        var refused = overOthersOnly(by, who);
        if (refused == null) {
            muted.remove(who);
        }
        return refused;
    }

    @Nullable
    ErrorCode readOnly(Actor by, boolean on) {
        var refused = over(by, by, Role.MODERATOR);
        readOnly = refused == null ? on : readOnly;
        return refused;
    }

    @Nullable
    ErrorCode frozen(Actor by, boolean on) {
        var refused = over(by, by, Role.OWNER);
        frozen = refused == null ? on : frozen;
        return refused;
    }

    @Nullable
    ErrorCode secret(Actor by, boolean on) {
        var refused = over(by, by, Role.OWNER);
        secret = refused == null ? on : secret;
        return refused;
    }

    @Nullable
    ErrorCode keep(Actor by) {
        return over(by, by, Role.OWNER);
    }

    @Nullable
    ErrorCode delete(Actor by) {
        var refused = over(by, by, Role.OWNER);
        deleted |= refused == null;
        return refused;
    }

    @Nullable
    ErrorCode read(Actor by) {
        return outside(by);
    }

    private boolean maySpeak(Actor who) {
        var role = role(who);
        return role == Role.ADMIN
                || (!muted.contains(who)
                        && (!frozen || role == Role.OWNER)
                        && (!readOnly || role.compareTo(Role.MODERATOR) >= 0));
    }

    @Nullable
    ErrorCode send(Actor by) {
        var refused = outside(by);
        if (refused != null) {
            return refused;
        }
        if (!maySpeak(by)) {
            return ErrorCode.FORBIDDEN;
        }
        messages.add(new Message(by, false));
        return null;
    }

    int messages() {
        return messages.size();
    }

    @Nullable
    ErrorCode edit(Actor by, int number) {
        var refused = outside(by);
        var message = messages.get(number);
        if (refused != null) {
            return refused;
        }
        if (!message.author.equals(by)) {
            return ErrorCode.FORBIDDEN;
        }
        if (message.deleted) {
            return ErrorCode.NOT_FOUND;
        }
        return maySpeak(by) ? null : ErrorCode.FORBIDDEN;
    }

    @Nullable
    ErrorCode deleteMessage(Actor by, int number) {
        var refused = outside(by);
        var message = messages.get(number);
        if (refused != null) {
            return refused;
        }
        if (!message.author.equals(by) && role(by).compareTo(Role.MODERATOR) < 0) {
            return ErrorCode.FORBIDDEN;
        }
        messages.set(number, new Message(message.author, true));
        return null;
    }

    // ---- invariants

    boolean hasOwner() {
        return deleted || roles.containsValue(Role.OWNER);
    }

    /** The users who rank higher than another may grant them something. */
    Role rank(Actor who) {
        return role(who);
    }

    /** The rights that a user has now. */
    Set<Right> rights(Actor who) {
        var rights = EnumSet.noneOf(Right.class);
        if (mayRead(who)) {
            for (var right : Right.values()) {
                var speaks = right == Right.SEND || right == Right.EDIT_OWN || right == Right.SIGNAL;
                if (right.isOf(role(who)) && (!speaks || maySpeak(who))) {
                    rights.add(right);
                }
            }
        }
        return rights;
    }

    /** The same state as Redis stores it: the room, its members, bans and mutes. */
    String stored() {
        if (deleted) {
            return "deleted";
        }
        var members = new ArrayList<String>();
        roles.forEach((who, role) -> members.add(who.key() + "=" + role.wire()));
        return "%s frozen=%s readOnly=%s %s banned=%s muted=%s"
                .formatted(
                        secret ? "private" : "public",
                        frozen,
                        readOnly,
                        members.stream().sorted().toList(),
                        banned.stream().map(Actor::key).sorted().toList(),
                        muted.stream().map(Actor::key).sorted().toList());
    }
}
