package dev.bincang.log;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may read a room. Other users cannot tell whether a private room exists: they get the same answer, after
 * the same calls to Redis, as for a room that does not.
 *
 * <p>If many questions about one room come at once, the first goes to Redis alone. Those that come meanwhile go
 * together in the next call.
 */
@Singleton
public class ReadAccess {

    /**
     * The user may read the room, as of {@code head}.
     *
     * @param role one of the roles in {@code role.lua}
     * @param name the room's name, for people; its id if it has none
     * @param from the event after which the user may read, or null if they may read from the first event on
     * @param anyone whether any signed-in user may read the whole room
     */
    public record Pass(
            String role, String name, Id head, @Nullable Id from, boolean anyone) {}

    private record Question(String user, boolean admin, UniEmitter<? super Pass> emitter) {}

    private static final Logger LOG = Logger.getLogger(ReadAccess.class);
    private static final int BATCH = 500;

    private final Script access;
    private final Keys keys;
    private final String open;
    /** Questions that wait for the end of the call that is under way, by room. No entry: no call is under way. */
    private final Map<RoomId, List<Question>> waiting = new ConcurrentHashMap<>();

    ReadAccess(RedisCommands link, Keys keys, BincangConfig config) {
        this.keys = keys;
        access = new Script(
                link, Script.source(ReadAccess.class, "role.lua"), Script.source(ReadAccess.class, "access.lua"));
        open = config.rooms().open() ? "1" : "";
    }

    /**
     * Asks whether a user may read a room. Fails with {@code not_found}, with {@code forbidden} if the user is banned
     * from a public room, or with {@code unavailable}. The answer may arrive on any thread.
     *
     * @param user the user's id, escaped
     */
    public Uni<Pass> ask(RoomId room, String user, boolean admin) {
        if (room.isInbox()) {
            return room.equals(RoomId.inbox(user))
                    ? Uni.createFrom().item(new Pass("member", "inbox", Id.ZERO, null, false))
                    : Uni.createFrom().failure(refusal("not_found", "", ""));
        }
        if (room.equals(RoomId.AUDIT)) {
            return admin
                    ? Uni.createFrom().item(new Pass("admin", "audit", Id.ZERO, null, false))
                    : Uni.createFrom().failure(refusal("not_found", "", ""));
        }
        return Uni.createFrom().emitter(emitter -> {
            var question = new Question(user, admin, emitter);
            var alone = new boolean[1];
            waiting.compute(room, (_, others) -> {
                alone[0] = others == null;
                var all = others == null ? new ArrayList<Question>() : others;
                if (others != null) {
                    all.add(question);
                }
                return all;
            });
            if (alone[0]) {
                ask(room, List.of(question));
            }
        });
    }

    private void ask(RoomId room, List<Question> questions) {
        var args = new ArrayList<>(List.<Object>of(room.isReserved() ? "" : open));
        for (var question : questions) {
            args.add(question.user);
            args.add(question.admin ? "1" : "");
        }
        var of = keys.of(room);
        var declared = List.of(of.room(), of.members());
        Uni.createFrom()
                .deferred(() -> access.run(declared, args.toArray()))
                .subscribe()
                .with(
                        reply -> {
                            for (int i = 0; i < questions.size(); i++) {
                                var question = questions.get(i);
                                var number = i;
                                guarded(question, () -> answer(room, question, reply, reply.at(3 + number)));
                            }
                            askNext(room);
                        },
                        failure -> {
                            questions.forEach(question -> guarded(question, () -> question.emitter.fail(failure)));
                            askNext(room);
                        });
    }

    /** Gives one answer. If that throws, the question fails with it; the questions after it still get their answers. */
    private static void guarded(Question question, Runnable answer) {
        try {
            answer.run();
        } catch (Throwable e) {
            LOG.error("an access check of a room could not be answered", e);
            question.emitter.fail(e);
        }
    }

    private void askNext(RoomId room) {
        var next = new ArrayList<Question>();
        waiting.computeIfPresent(room, (_, all) -> {
            var some = all.subList(0, Math.min(BATCH, all.size()));
            next.addAll(some);
            some.clear();
            return next.isEmpty() ? null : all;
        });
        if (!next.isEmpty()) {
            ask(room, next);
        }
    }

    private static void answer(RoomId room, Question question, Reply all, Reply one) {
        var role = one.at(0).text();
        var more = one.at(1).text();
        if (role.isEmpty()) {
            question.emitter.fail(refusal(more, "", ""));
            return;
        }
        var name = all.at(2).text();
        question.emitter.complete(new Pass(
                role,
                name.isEmpty() ? room.value() : name,
                Id.parse(all.at(0).text()),
                more.isEmpty() ? null : Id.parse(more),
                all.at(1).text().equals("1")));
    }

    /**
     * Translates a script's refusal into an error.
     *
     * @param code an error code of the closed table, or {@code banned} or {@code muted}
     * @param why the reason, for people; may be empty
     * @param waitMs milliseconds to wait before a retry; may be empty
     */
    public static Refusal refusal(String code, String why, String waitMs) {
        var retryAfterMs = waitMs.isEmpty() ? null : Long.valueOf(waitMs);
        return switch (code) {
            case "not_found" -> new Refusal(ErrorCode.NOT_FOUND, why.isEmpty() ? "room: there is none" : why);
            case "banned" -> new Refusal(ErrorCode.FORBIDDEN, "banned from this room");
            case "muted" -> new Refusal(ErrorCode.FORBIDDEN, "muted in this room", retryAfterMs);
            case "forbidden" ->
                new Refusal(ErrorCode.FORBIDDEN, why.isEmpty() ? "your role in this room does not allow it" : why);
            case "conflict" -> new Refusal(ErrorCode.CONFLICT, why);
            case "changed" -> new Refusal(ErrorCode.CHANGED, why);
            case "limit_reached" -> new Refusal(ErrorCode.LIMIT_REACHED, why);
            case "rate_limited" ->
                new Refusal(ErrorCode.RATE_LIMITED, why.isEmpty() ? "too fast for this room" : why, retryAfterMs);
            default -> throw new IllegalStateException("a script refuses with " + code);
        };
    }
}
