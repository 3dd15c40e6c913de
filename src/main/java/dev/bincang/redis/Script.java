package dev.bincang.redis;

import dev.bincang.redis.link.Reply;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A Lua script. It runs by EVALSHA, and by EVAL if the server does not have it (after a restart, a flush or a
 * failover).
 */
public final class Script {

    private final RedisCommands redis;
    private final String source;
    private final String sha1;

    /** @param parts the source in parts, joined in order; later parts can use the definitions of earlier ones */
    public Script(RedisCommands redis, String... parts) {
        this.redis = redis;
        source = "local publish = '" + (redis.isCluster() ? "SPUBLISH" : "PUBLISH") + "'\n" + String.join("\n", parts);
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
            sha1 = HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads the source of a script or of one part.
     *
     * @param name the name of a resource in the folder of {@code owner}, for example {@code append.lua}
     */
    public static String source(Class<?> owner, String name) {
        try (var in = owner.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no " + name + " beside " + owner.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs the script on the Redis that has the keys. Fails as {@link RedisCommands}.
     *
     * @param keys every key that the script uses, all in one bucket
     * @param args each a {@code byte[]}, a {@code String} or a number
     */
    public Uni<Reply> run(List<String> keys, Object... args) {
        return run(redis::send, keys, args);
    }

    /**
     * As {@link #run}, for a script that writes what must not be lost: it is answered when that is as durable as {@code
     * bincang.log.replicas} and {@code bincang.log.fsync} ask for.
     */
    public Uni<Reply> write(List<String> keys, Object... args) {
        return run(redis::write, keys, args);
    }

    private Uni<Reply> run(BiFunction<String, Request, Uni<Reply>> send, List<String> keys, Object... args) {
        return send.apply(keys.getFirst(), request(Command.EVALSHA, sha1, keys, args))
                .onFailure(failure -> String.valueOf(failure.getMessage()).startsWith("NOSCRIPT"))
                .recoverWithUni(() -> send.apply(keys.getFirst(), request(Command.EVAL, source, keys, args)));
    }

    private static Request request(Command command, String script, List<String> keys, Object... args) {
        var request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        for (var arg : args) {
            if (arg instanceof byte[] bytes) {
                request.arg(bytes);
            } else {
                request.arg(arg.toString());
            }
        }
        return request;
    }
}
