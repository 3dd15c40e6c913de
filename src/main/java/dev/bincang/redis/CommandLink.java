package dev.bincang.redis;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that carries this pod's commands, pipelined. Callable from any thread; the answer comes on the
 * caller's event loop where it has one.
 *
 * <p>No command has a timer of its own: the watchdog's pulse travels the same connection behind it, and when nothing is
 * answered in time the link breaks and everything outstanding fails with {@code unavailable}.
 */
public final class CommandLink {

    /** One opened connection with what waits on it: a late answer of an old one finds nobody. */
    private static final class Open {
        private final RedisConnection connection;
        private final Set<UniEmitter<? super Reply>> outstanding = ConcurrentHashMap.newKeySet();

        private Open(RedisConnection connection) {
            this.connection = connection;
        }
    }

    /** Error replies that say "not now". CONNECTION_CLOSED is the client's own. */
    private static final List<String> REFUSALS = List.of(
            "OOM ", "READONLY ", "LOADING ", "MASTERDOWN ", "BUSY ", "MISCONF ", "NOREPLICAS ", "CONNECTION_CLOSED");

    private final int maxInFlight;
    private volatile @Nullable Open open;
    /** Whether anything was answered since it was asked last. */
    private volatile boolean sign;

    CommandLink(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    boolean isUp() {
        return open != null;
    }

    void up(RedisConnection connection) {
        open = new Open(connection);
    }

    /** Fails all that waits; nothing is sent until {@link #up}. */
    void down() {
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
     * <p>Fails with {@link Refusal} {@code unavailable} when Redis is away, full or no master, and then what the command
     * should do may be done or not; with the client's own error for anything else.
     */
    Uni<Reply> send(Request request) {
        return send(request, maxInFlight).onFailure().transform(CommandLink::translate);
    }

    /**
     * The watchdog's own, one pulse at a time: never refused for what others have in flight. Fails with Redis' own error,
     * or with {@link Refusal}.
     */
    Uni<Reply> pulse(Request request) {
        return send(request, Integer.MAX_VALUE);
    }

    /** Whether any command was answered since this was called last. */
    boolean takeSign() {
        var was = sign;
        sign = false;
        return was;
    }

    private Uni<Reply> send(Request request, int bound) {
        return Uni.createFrom().emitter(emitter -> {
            var now = open;
            if (now == null) {
                emitter.fail(unavailable("Redis is away"));
                return;
            }
            if (now.outstanding.size() >= bound) {
                emitter.fail(unavailable("Redis does not keep up"));
                return;
            }
            now.outstanding.add(emitter);
            if (open != now) { // broke meanwhile, and may not have seen this one
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

    /** Any command, for example {@code HSCAN}; fails as {@link #send}. */
    public Uni<Reply> call(String command, Object... args) {
        var request = Request.cmd(Command.create(command));
        for (var arg : args) {
            request.arg(arg.toString());
        }
        return send(request);
    }

    /** GET of each key, pipelined; fails as {@link #send}. */
    public Uni<List<Reply>> get(List<String> keys) {
        return Uni.join()
                .all(keys.stream()
                        .map(key -> send(Request.cmd(Command.GET).arg(key)))
                        .toList())
                .andFailFast();
    }

    /** SET with NX and an optional expiry; the answer is whether it was set. Fails as {@link #send}. */
    public Uni<Boolean> setIfAbsent(String key, String value, @Nullable Duration expiry) {
        var request = Request.cmd(Command.SET).arg(key).arg(value).arg("NX");
        if (expiry != null) {
            request.arg("PX").arg(expiry.toMillis());
        }
        return send(request).map(reply -> !reply.isNil());
    }

    /**
     * One step of a SCAN of the keyspace.
     *
     * @param cursor "0" to begin, else what the last step gave; "0" from a step means the end
     */
    public Uni<Scan> scan(String cursor, String pattern) {
        return call("SCAN", cursor, "MATCH", pattern, "COUNT", 200).map(CommandLink::scanned);
    }

    /**
     * One step through a hash ({@code HSCAN}, fields and values in turn) or a set ({@code SSCAN}).
     *
     * @param count about so many
     */
    public Uni<Scan> scan(String command, String key, String cursor, int count) {
        return call(command, key, cursor, "COUNT", count).map(CommandLink::scanned);
    }

    private static Scan scanned(Reply reply) {
        var items = new ArrayList<String>();
        for (int i = 0; i < reply.at(1).size(); i++) {
            items.add(reply.at(1).at(i).text());
        }
        return new Scan(reply.at(0).text(), items);
    }

    public record Scan(String cursor, List<String> items) {}

    private static Throwable translate(Throwable cause) {
        if (cause instanceof Refusal) {
            return cause;
        }
        if (!(cause instanceof ErrorType reply)) {
            return unavailable("the link to Redis broke"); // no reply at all: closed, reset, a broken pipe
        }
        // Inside a script Redis 6 wraps the code into a sentence, so it need not stand first.
        var message = String.valueOf(reply.getMessage());
        for (var code : REFUSALS) {
            if (message.contains(code)) {
                return unavailable("Redis refuses: " + code.strip());
            }
        }
        return cause;
    }

    static Refusal unavailable(String why) {
        return new Refusal(ErrorCode.UNAVAILABLE, why, 500L);
    }
}
