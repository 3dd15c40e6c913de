package dev.bincang.message.reaction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.log.Changes;
import dev.bincang.log.RoomLog;
import dev.bincang.message.MessageEvent;
import dev.bincang.message.MessageEvent.Reaction;
import dev.bincang.message.Messages;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.room.Actor;
import dev.bincang.room.Events;
import dev.bincang.room.Right;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Adds and removes reactions, and tells the room.
 *
 * <p>A reaction is stored at once. The event that tells it comes at once too, unless there was one for the same message in the
 * last {@value #PAUSE_MS} ms: then one event tells all changes since. So a message with thousands of reactions does not cause
 * thousands of events.
 */
@Singleton
public class Reactions implements Changes.Untold {

    private record Target(RoomId room, Id message) {}

    private static final Logger LOG = Logger.getLogger(Reactions.class);
    private static final int PAUSE_MS = 500;
    private static final String REACTED = "reacted";
    /** The script needs no user for an event that the server writes. */
    private static final Actor SERVER = Actor.of(new User("-", "-"), false);

    private static final TypeReference<Map<String, List<Reaction>>> REACTIONS = new TypeReference<>() {};

    private final Changes changes;
    private final Events events;
    private final RateLimits limits;
    private final Vertx vertx;
    private final Changes.ChangeRule react;
    private final RoomLog.AppendRule reacted;
    private final Set<Target> waiting = ConcurrentHashMap.newKeySet();
    private final double paceMs;
    private final int burst;
    private final long bytesPerMinute;
    private final int names;

    Reactions(Changes changes, Events events, RateLimits limits, Vertx vertx, BincangConfig config) {
        this.limits = limits;
        this.changes = changes;
        this.events = events;
        this.vertx = vertx;
        react = changes.rule(Messages.class, "posting.lua", "text.lua", "reaction/react.lua");
        reacted = events.rule(Messages.class, "text.lua", "reaction/reacted.lua");
        paceMs = 1000.0 / config.limits().commandsPerSecond();
        burst = config.limits().commandBurst();
        bytesPerMinute = config.limits().bytesPerMinute().asLongValue();
        names = config.messages().reactions();
    }

    /**
     * Adds a user's reaction to a message, or removes it. Doing it again changes nothing. Returns all reactions to the message.
     *
     * <p>Fails with {@code bad_request} for the name, {@code not_found} if the user may not know the room, or if the message was
     * deleted or is not in the log any more, {@code forbidden} if the user is muted or the room is frozen, {@code limit_reached}
     * if the message has too many different reactions, {@code rate_limited}, {@code unavailable}.
     */
    public Uni<List<Reaction>> react(Actor by, RoomId room, Id target, String name, boolean on) {
        var wrong = ReactionName.wrong(name);
        var refusal = wrong != null ? Refusal.bad("name: " + wrong) : on ? events.full() : null;
        var tooOften = refusal == null ? limits.take(What.REACT, by.key()) : refusal; // slow mode is not for reactions
        if (tooOften != null) {
            return Uni.createFrom().failure(tooOften);
        }
        return changes.make(
                        room,
                        target,
                        new RoomLog.By(by.key(), by.admin(), Right.REACT.wire()),
                        react,
                        paceMs,
                        burst,
                        bytesPerMinute,
                        Keys.escape(name),
                        on ? "1" : "",
                        names,
                        PAUSE_MS)
                .map(said -> {
                    var space = said.indexOf(' ');
                    tellAfter(said.substring(0, space), new Target(room, target));
                    return parse(said.substring(space + 2));
                });
    }

    private static List<Reaction> parse(String members) {
        try {
            return Objects.requireNonNull(
                    Codec.json().readValue("{" + members + "}", REACTIONS).get("reactions"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("reactions are stored in a wrong form: " + Codec.reason(e));
        }
    }

    /** @param due milliseconds until the event is due, or {@code -} if nothing has changed */
    private void tellAfter(String due, Target target) {
        if (due.equals("-") || !waiting.add(target)) {
            return;
        }
        if (due.equals("0")) {
            tellNow(target);
        } else {
            vertx.setTimer(Long.parseLong(due), _ -> tellNow(target));
        }
    }

    private void tellNow(Target target) {
        waiting.remove(target);
        tell(target.room, target.message)
                .subscribe()
                .with(_ -> {}, failure -> LOG.debugf("reactions are told by the sweeper: %s", failure.getMessage()));
    }

    @Override
    public Uni<Void> tell(RoomId room, Id message) {
        return events.log(
                        room,
                        new MessageEvent.Reacted(room, message),
                        new Events.Subject(REACTED, SERVER.key(), message, new byte[0]),
                        new Events.Authorship(SERVER, null),
                        reacted)
                .replaceWithVoid();
    }
}
