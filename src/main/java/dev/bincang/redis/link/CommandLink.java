package dev.bincang.redis.link;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The single connection that carries this pod's commands to one server, pipelined. Callable from any thread. The answer
 * comes on the caller's event loop, if it has one.
 *
 * <p>No command has its own timer. The watchdog's pulse follows the commands on the same connection. If nothing is
 * answered in time, the link breaks and every outstanding command fails with {@code unavailable}.
 */
public final class CommandLink {

    /**
     * An open connection and the commands that wait for its answers. A late answer on an old connection has no effect.
     */
    private static final class Open {
        private final RedisConnection connection;
        private final Set<UniEmitter<? super Reply>> outstanding = ConcurrentHashMap.newKeySet();

        private Open(RedisConnection connection) {
            this.connection = connection;
        }
    }

    /** The error replies that mean "not now". CONNECTION_CLOSED is the client's own. */
    private static final List<String> REFUSALS = List.of(
            "OOM ",
            "READONLY ",
            "LOADING ",
            "MASTERDOWN ",
            "CLUSTERDOWN ",
            "BUSY ",
            "MISCONF ",
            "NOREPLICAS ",
            "CONNECTION_CLOSED");

    private final int maxInFlight;
    private volatile @Nullable Open open;
    /** Whether any command was answered since {@link #takeSign} was last called. */
    private volatile boolean sign;

    /** @param maxInFlight commands that may wait for an answer */
    public CommandLink(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    /** Whether a connection is open. Callable from any thread. */
    public boolean isUp() {
        return open != null;
    }

    /** Uses this connection from now on. */
    public void up(RedisConnection connection) {
        open = new Open(connection);
    }

    /** Fails all outstanding commands. Nothing is sent until {@link #up}. */
    public void down() {
        var was = open;
        open = null;
        if (was != null) {
            was.connection.close();
            was.outstanding.forEach(waiting -> waiting.fail(unavailable("the link to Redis broke")));
        }
    }

    /**
     * Sends a command.
     *
     * <p>Fails with {@link Refusal} {@code unavailable} if Redis is away, full or not a master; then the command may or
     * may not have taken effect. Fails with the client's own error for anything else, {@link Redirect}s included.
     */
    public Uni<Reply> send(Request request) {
        return send(request, maxInFlight).onFailure().transform(CommandLink::translate);
    }

    /**
     * Sends a command for a slot that is moving to this server. Fails as {@link #send}.
     *
     * @param loop runs a task on the connection's event loop, so that no other command comes between
     */
    public Uni<Reply> sendAsking(Request request, Executor loop) {
        return Uni.createFrom()
                .<Reply>emitter(emitter -> loop.execute(() -> {
                    send(Request.cmd(Command.ASKING)).subscribe().with(_ -> {}, _ -> {}); // the command fails as well
                    send(request).subscribe().with(emitter::complete, emitter::fail);
                }));
    }

    /**
     * Sends the watchdog's pulse. At most one is under way. It is never refused because of the commands in flight.
     * Fails with Redis' own error, or with {@link Refusal}.
     */
    public Uni<Reply> pulse(Request request) {
        return send(request, Integer.MAX_VALUE);
    }

    /** Whether any command was answered since the last call of this method. */
    public boolean takeSign() {
        var was = sign;
        sign = false;
        return was;
    }

    private Uni<Reply> send(Request request, int bound) {
        return Uni.createFrom().emitter(emitter -> {
            var now = open;
            if (now == null) {
                emitter.fail(unavailable("Redis is unavailable"));
                return;
            }
            if (now.outstanding.size() >= bound) {
                emitter.fail(unavailable("Redis is too slow"));
                return;
            }
            now.outstanding.add(emitter);
            if (open != now) { // the link broke meanwhile, and down() may not have failed this command
                emitter.fail(unavailable("the link to Redis broke"));
                return;
            }
            now.connection.send(request).onComplete(done -> {
                now.outstanding.remove(emitter);
                if (!sign) {
                    sign = true;
                }
                if (done.succeeded()) {
                    emitter.complete(new Reply(done.result()));
                } else {
                    emitter.fail(done.cause());
                }
            });
        });
    }

    static Throwable translate(Throwable cause) {
        if (cause instanceof Refusal) {
            return cause;
        }
        if (!(cause instanceof ErrorType reply)) {
            return unavailable("the link to Redis broke"); // no reply: closed, reset, or a broken pipe
        }
        // For a script's error, Redis 6 puts the code into a sentence, so the code may not come first.
        var message = String.valueOf(reply.getMessage());
        for (var code : REFUSALS) {
            if (message.contains(code)) {
                return unavailable("Redis refuses: " + code.strip());
            }
        }
        return cause;
    }

    public static Refusal unavailable(String why) {
        return new Refusal(ErrorCode.UNAVAILABLE, why, 500L);
    }
}
