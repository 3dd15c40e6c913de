package dev.bincang.room.invite;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.log.ReadAccess;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import dev.bincang.room.Actor;
import dev.bincang.room.Audit;
import dev.bincang.room.Events;
import dev.bincang.room.Right;
import dev.bincang.room.Role;
import dev.bincang.room.lists.ListPage;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes, lists and revokes a room's invitation links: a right over the room, {@link Right#INVITE}. {@link Acceptance}
 * is for those who hold one. Each method fails with {@code not_found} if the actor may not know the room, and with
 * {@code forbidden} if their role does not allow it.
 */
@Singleton
public class Invites {

    /** The most times that a link with a limited number of uses may be used. */
    public static final int MOST_USES = 1_000;

    private static final Duration DEFAULT_AGE = Duration.ofDays(7);
    private static final int ID_BYTES = 9;
    private static final String UNLIMITED = "-";

    /**
     * A new link.
     *
     * @param id names the link in the list, in events and in the audit trail; it admits nobody
     * @param token admits whoever holds it; the server does not store it and cannot show it again
     * @param expires milliseconds since 1970
     * @param uses how many times it may be used; null: any number of times
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Made(
            String id, String token, long expires, @Nullable Long uses) {}

    /**
     * A link as those see it who may invite.
     *
     * @param by the user who made it
     * @param expires milliseconds since 1970
     * @param uses how many times it may still be used; null: any number of times
     * @param active whether it admits users now; false while the user who made it may not invite
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Invite(
            String id, String by, long expires, @Nullable Long uses, boolean active) {}

    private final SecureRandom random = new SecureRandom();
    private final Audit audit;
    private final RateLimits limits;
    private final Events events;
    private final Keys keys;
    private final Script make;
    private final Script list;
    private final Script revoke;
    private final Duration maxAge;
    private final int maxPerRoom;
    private final String open;

    Invites(Audit audit, RateLimits limits, Events events, RedisCommands link, Keys keys, BincangConfig config) {
        this.audit = audit;
        this.limits = limits;
        this.events = events;
        this.keys = keys;
        make = script(link, "make.lua");
        list = script(link, "list.lua");
        revoke = script(link, "revoke.lua");
        maxAge = config.invites().maxAge();
        maxPerRoom = config.invites().maxPerRoom();
        open = config.rooms().open() ? "1" : "";
    }

    static Script script(RedisCommands link, String name) {
        return new Script(
                link,
                Script.source(ReadAccess.class, "role.lua"),
                Script.source(Invites.class, "links.lua"),
                Script.source(Invites.class, name));
    }

    /** The keys that the scripts of this package use, except the append rule. */
    static List<String> used(Keys keys, RoomId room) {
        var of = keys.of(room);
        return List.of(of.room(), of.members(), of.invites());
    }

    /**
     * Makes a link. Fails also with {@code limit_reached} if the room has too many, {@code rate_limited}, and {@code
     * bad_request} if a value is out of range.
     *
     * @param expiresIn seconds; null: 7 days, or the longest time that the settings allow if that is shorter
     * @param uses how many times it may be used; null: any number of times
     * @param role what it makes of a user: a member
     */
    public Uni<Made> make(
            Actor actor, RoomId room, @Nullable Long expiresIn, @Nullable Long uses, @Nullable Role role) {
        return Uni.createFrom().deferred(() -> {
            var age = age(expiresIn);
            if (uses != null && (uses < 1 || uses > MOST_USES)) {
                throw Refusal.bad("uses: must be a number from 1 to " + MOST_USES);
            }
            if (role != null && role != Role.MEMBER) {
                throw Refusal.bad("role: must be member");
            }
            var full = events.full();
            if (full != null) {
                throw full;
            }
            var token = InviteToken.random(room, random);
            var id = InviteToken.text(random, ID_BYTES);
            var left = uses == null ? UNLIMITED : uses.toString();
            return run(make, true, actor, room, token.digest(), id, age.toMillis(), left, maxPerRoom)
                    .map(reply -> new Made(
                            id, token.toString(), Long.parseLong(reply.at(1).text()), uses))
                    .call(made -> audit.ofRoom(
                            actor, room, "invite_created", Map.of(), audited(id, null, made.expires, left)));
        });
    }

    private Duration age(@Nullable Long seconds) {
        if (seconds == null) {
            return DEFAULT_AGE.compareTo(maxAge) < 0 ? DEFAULT_AGE : maxAge;
        }
        if (seconds < 1 || seconds > maxAge.toSeconds()) {
            throw Refusal.bad("expiresIn: must be a number of seconds from 1 to " + maxAge.toSeconds());
        }
        return Duration.ofSeconds(seconds);
    }

    /** The room's links that have not ended, in no order, on one page. */
    public Uni<ListPage<Invite>> list(Actor actor, RoomId room) {
        return run(list, false, actor, room).map(reply -> {
            var invites = new ArrayList<Invite>();
            for (int i = 1; i < reply.size(); i++) {
                var one = reply.at(i);
                invites.add(new Invite(
                        one.at(0).text(),
                        Keys.unescape(one.at(1).text()),
                        Long.parseLong(one.at(2).text()),
                        uses(one.at(3).text()),
                        one.at(4).text().equals("1")));
            }
            return new ListPage<>(invites, null);
        });
    }

    /** Revokes a link: from now on it admits nobody. Fails also with {@code not_found} if the room has no such link. */
    public Uni<Void> revoke(Actor actor, RoomId room, String id) {
        return run(revoke, true, actor, room, id)
                .chain(reply -> audit.ofRoom(
                        actor,
                        room,
                        "invite_revoked",
                        audited(
                                id,
                                Keys.unescape(reply.at(1).text()),
                                Long.parseLong(reply.at(2).text()),
                                reply.at(3).text()),
                        Map.of()));
    }

    private Uni<Reply> run(Script script, boolean writes, Actor actor, RoomId room, Object... more) {
        if (room.isInbox() || room.equals(RoomId.AUDIT)) {
            return Uni.createFrom().failure(new Refusal(ErrorCode.NOT_FOUND, "room: there is none"));
        }
        var tooMany = writes ? limits.take(What.MODERATE, actor.key()) : null;
        if (tooMany != null) {
            return Uni.createFrom().failure(tooMany);
        }
        var used = used(keys, room);
        var args = Stream.concat(
                        Stream.of(
                                actor.key(),
                                actor.admin() ? "1" : "",
                                Right.INVITE.wire(),
                                room.isReserved() ? "" : open),
                        Stream.of(more))
                .toArray();
        return (writes ? script.write(used, args) : script.run(used, args)).invoke(Invites::check);
    }

    private static void check(Reply reply) {
        if (reply.at(0).text().equals("refused")) {
            throw ReadAccess.refusal(reply.at(1).text(), reply.at(2).text(), "");
        }
    }

    private static @Nullable Long uses(String left) {
        return left.equals(UNLIMITED) ? null : Long.valueOf(left);
    }

    /** What the audit trail says about a link. */
    private static Map<String, Object> audited(String id, @Nullable String by, long expires, String left) {
        var values = new LinkedHashMap<String, Object>();
        values.put("invite", id);
        if (by != null) {
            values.put("by", by);
        }
        values.put("expires", expires);
        var uses = uses(left);
        if (uses != null) {
            values.put("uses", uses);
        }
        return values;
    }
}
