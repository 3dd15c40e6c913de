package dev.bincang.redis;

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

/**
 * A Lua script beside its class: EVALSHA, and EVAL where the server has not got it (restarted, flushed, failed over).
 */
public final class Script {

    private final CommandLink link;
    private final String source;
    private final String sha1;

    /**
     * Reads the source.
     *
     * @param name of a resource beside {@code owner}, for example {@code append.lua}
     */
    public Script(CommandLink link, Class<?> owner, String name) {
        this.link = link;
        try (var in = owner.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no " + name + " beside " + owner.getName());
            }
            var bytes = in.readAllBytes();
            source = new String(bytes, StandardCharsets.UTF_8);
            sha1 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs it; fails as {@link CommandLink#send}. Arguments are {@code byte[]}, {@code String} or numbers. */
    public Uni<Reply> run(List<String> keys, Object... args) {
        return link.send(request(Command.EVALSHA, sha1, keys, args))
                .onFailure(failure -> String.valueOf(failure.getMessage()).startsWith("NOSCRIPT"))
                .recoverWithUni(() -> link.send(request(Command.EVAL, source, keys, args)));
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
