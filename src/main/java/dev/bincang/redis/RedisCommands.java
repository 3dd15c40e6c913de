package dev.bincang.redis;

import dev.bincang.redis.link.Reply;
import dev.bincang.redis.topology.Topology;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands to the Redis that has their key. Callable from any thread. The answer comes on the caller's event loop,
 * if it has one.
 *
 * <p>Every command fails with {@code Refusal} {@code unavailable} if that Redis is away, full or not a master, or while
 * the key moves to another one; then the command may or may not have taken effect. It fails with the client's own error
 * for anything else.
 */
public final class RedisCommands {

    private final Topology topology;

    RedisCommands(Topology topology) {
        this.topology = topology;
    }

    Uni<Reply> send(String key, Request request) {
        return topology.send(key, request, false);
    }

    /** Sends a write. It is answered when it is as durable as {@code bincang.log.replicas} asks for. */
    Uni<Reply> write(String key, Request request) {
        return topology.send(key, request, true);
    }

    /** Whether a command may only have keys of one bucket. */
    public boolean isCluster() {
        return topology.isCluster();
    }

    /**
     * Sends any command, for example {@code HSCAN}.
     *
     * @param key the first argument
     */
    public Uni<Reply> call(String command, String key, Object... args) {
        var request = Request.cmd(Command.create(command)).arg(key);
        for (var arg : args) {
            request.arg(arg.toString());
        }
        return send(key, request);
    }

    /** The time of the Redis that has the key, in milliseconds since 1970. Sends TIME. */
    public Uni<Long> time(String key) {
        return send(key, Request.cmd(Command.TIME))
                .map(time -> Long.parseLong(time.at(0).text()) * 1_000);
    }

    /** Sends an HGET. */
    public Uni<Reply> hashField(String key, String field) {
        return send(key, Request.cmd(Command.HGET).arg(key).arg(field));
    }

    /** Sends a SET with NX and an optional expiry. The answer is whether the key was set. */
    public Uni<Boolean> setIfAbsent(String key, String value, @Nullable Duration expiry) {
        var request = Request.cmd(Command.SET).arg(key).arg(value).arg("NX");
        if (expiry != null) {
            request.arg("PX").arg(expiry.toMillis());
        }
        return send(key, request).map(reply -> !reply.isNil());
    }

    /**
     * Performs one step through a hash ({@code HSCAN}: fields and values alternate) or a set ({@code SSCAN}).
     *
     * @param cursor "0" to begin, otherwise the cursor from the last step; a returned "0" means the end
     * @param count the approximate number of items
     */
    public Uni<Scan> scan(String command, String key, String cursor, int count) {
        return call(command, key, cursor, "COUNT", count).map(RedisCommands::scanned);
    }

    private static Scan scanned(Reply reply) {
        return new Scan(reply.at(0).text(), reply.at(1).texts());
    }

    public record Scan(String cursor, List<String> items) {}
}
