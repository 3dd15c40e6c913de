package dev.bincang.room.invite;

import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.auth.Revocations;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Keys.RoomKeys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import dev.bincang.room.Actor;
import dev.bincang.room.Events;
import dev.bincang.room.Right;
import dev.bincang.room.Role;
import dev.bincang.room.Room;
import dev.bincang.room.RoomEvent;
import dev.bincang.room.Rooms;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Opens and accepts invitation links. A link admits nobody if it is unknown, has ended, is used up or revoked, if the
 * user who made it may not invite any more, or if its holder is banned. Its holder cannot tell these cases apart: each
 * is {@code not_found}.
 */
@Singleton
public class Acceptance {

    /** What the holder of a link sees of its room. */
    public record Invitation(RoomId room, String name, long members) {}

    /**
     * A link whose form is right.
     *
     * @param member whether the user is a member of the room already
     * @param living what the link leads to; null if it admits nobody
     */
    private record Found(
            InviteToken token, boolean member, @Nullable Living living) {}

    /** @param id the link's id */
    private record Living(Invitation invitation, String id) {}

    private final Rooms rooms;
    private final Events events;
    private final RateLimits limits;
    private final Revocations revocations;
    private final RedisCommands link;
    private final Keys keys;
    private final Script show;
    private final RoomLog.AppendRule accept;
    private final boolean guests;
    private final int maxMembers;
    private final String open;

    Acceptance(
            Rooms rooms,
            Events events,
            RateLimits limits,
            Revocations revocations,
            RedisCommands link,
            Keys keys,
            BincangConfig config) {
        this.rooms = rooms;
        this.events = events;
        this.limits = limits;
        this.revocations = revocations;
        this.link = link;
        this.keys = keys;
        show = Invites.script(link, "show.lua");
        accept = events.rule(Acceptance.class, "links.lua", "accept.lua").also(RoomKeys::invites);
        guests = config.invites().guests();
        maxMembers = config.rooms().maxMembers();
        open = config.rooms().open() ? "1" : "";
    }

    /**
     * Shows which room a link leads to. Fails with {@code not_found}, and {@code rate_limited} if the user opens many
     * links, or the address many invalid ones.
     *
     * @param address of the request, in the form that limits count
     */
    public Uni<Invitation> open(Actor actor, String token, String address) {
        return find(actor, token, address).map(found -> living(found, address).invitation);
    }

    /**
     * Makes the actor a member, and counts one use of the link. A member stays what they are, and no use is counted,
     * whatever has become of the link: so a repeated call succeeds.
     *
     * <p>Fails as {@link #open}, with {@code limit_reached} if the room is full, {@code forbidden} if guests may not
     * accept links and the actor is one.
     */
    public Uni<Room> accept(Actor actor, String token, String address) {
        if (!guests && User.isGuest(actor.user().id())) {
            return Uni.createFrom().failure(new Refusal(ErrorCode.FORBIDDEN, "guests cannot accept invitations"));
        }
        return find(actor, token, address)
                .call(found -> found.member
                        ? Uni.createFrom().voidItem()
                        : join(actor, found.token, living(found, address).id))
                .chain(found -> rooms.get(actor, found.token.room()));
    }

    private Living living(Found found, String address) {
        if (found.living == null) {
            throw unknown(address);
        }
        return found.living;
    }

    /** Counts an invalid link for its address. */
    private Refusal unknown(String address) {
        limits.take(What.BAD_INVITE, address);
        return new Refusal(ErrorCode.NOT_FOUND, "token: there is no such invitation");
    }

    private Uni<Found> find(Actor actor, String text, String address) {
        return Uni.createFrom().deferred(() -> {
            var tooMany = limits.take(What.INVITE, actor.key());
            var refusal = tooMany != null ? tooMany : limits.look(What.BAD_INVITE, address);
            if (refusal != null) {
                throw refusal;
            }
            var token = InviteToken.parse(text).orElseThrow(() -> unknown(address));
            var room = token.room();
            return show.run(
                            Invites.used(keys, room),
                            actor.key(),
                            room.isReserved() ? "" : open,
                            token.digest(),
                            Right.INVITE.wire())
                    .map(reply -> new Found(token, reply.at(0).text().equals("1"), living(room, reply)));
        });
    }

    /** Reads the answer of {@code show.lua}. Null if the link admits nobody. */
    private @Nullable Living living(RoomId room, Reply reply) {
        if (reply.size() == 1) {
            return null;
        }
        var banned = revocations.against(reply.at(3).text(), Long.MAX_VALUE);
        if (banned != null && banned.code().retry()) {
            throw banned; // it is not known yet who is banned
        }
        var name = reply.at(1).text();
        var invitation = new Invitation(
                room, name.isEmpty() ? room.value() : name, reply.at(2).number());
        return banned != null ? null : new Living(invitation, reply.at(4).text());
    }

    private Uni<Void> join(Actor actor, InviteToken token, String id) {
        var room = token.room();
        var full = events.full();
        var refusal = full != null ? full : limits.take(What.JOIN, actor.key());
        if (refusal != null) {
            return Uni.createFrom().failure(refusal);
        }
        var added = new RoomEvent.Member(
                room,
                null,
                null,
                null,
                null,
                actor.user(),
                actor.user().id(),
                "added",
                Role.MEMBER.wire(),
                null,
                null,
                id);
        return link.call("SADD", keys.roomsOf(actor.key()), room)
                .chain(() -> events.log(
                        room,
                        added,
                        new Events.Subject(Events.MEMBER, actor.key()),
                        new Events.Authorship(actor, null),
                        accept,
                        token.digest(),
                        maxMembers,
                        Right.INVITE.wire()))
                .replaceWithVoid();
    }
}
