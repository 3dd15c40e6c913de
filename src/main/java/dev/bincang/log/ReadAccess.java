package dev.bincang.log;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.CommandLink;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Reply;
import dev.bincang.redis.Script;
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
 * Who may read a room. To all others a private room is as one that is not there: the same answer, after the same calls.
 *
 * <p>Asked for one room by many at once, it asks Redis for one, and then for all who came meanwhile.
 */
@Singleton
public class ReadAccess {

    /**
     * He may, as of {@code head}.
     *
     * @param role of those in {@code role.lua}
     * @param name of the room, for people; its id where it has none
     * @param from the event from which on he may read, or null: from the first
     * @param anyone whether all of it may be read by anyone who is signed in
     */
    public record Pass(
            String role, String name, Id head, @Nullable Id from, boolean anyone) {}

    private record Question(String user, boolean admin, UniEmitter<? super Pass> emitter) {}

    private static final Logger LOG = Logger.getLogger(ReadAccess.class);
    private static final int BATCH = 500;

    private final Script access;
    private final String open;
    /** Who waits for the call that is under way, by room. */
    private final Map<RoomId, List<Question>> waiting = new ConcurrentHashMap<>();

    ReadAccess(CommandLink link, BincangConfig config) {
        access = new Script(
                link, Script.source(ReadAccess.class, "role.lua"), Script.source(ReadAccess.class, "access.lua"));
        open = config.rooms().open() ? "1" : "";
    }

    /**
     * Fails with {@code not_found}, with {@code forbidden} for who is banned from a public room, {@code unavailable}. The
     * answer comes on any thread.
     *
     * @param user escaped
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
        var keys = List.of(Keys.room(room), Keys.members(room), Keys.barred(room), Keys.head(room));
        Uni.createFrom()
                .deferred(() -> access.run(keys, args.toArray()))
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

    /** What is thrown over one answer is that answer; those who wait behind it get theirs. */
    private static void guarded(Question question, Runnable answer) {
        try {
            answer.run();
        } catch (Throwable e) {
            LOG.error("an answer to who may read a room failed", e);
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
     * What the scripts refuse, in words.
     *
     * @param code an error code of the closed table, or {@code banned} or {@code muted}
     * @param why may be empty
     * @param waitMs may be empty
     */
    static Refusal refusal(String code, String why, String waitMs) {
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
