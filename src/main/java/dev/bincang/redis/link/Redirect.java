package dev.bincang.redis.link;

import io.vertx.redis.client.impl.types.ErrorType;
import org.jspecify.annotations.Nullable;

/**
 * What a node of a cluster answers to a command that it has not executed. Source: the Redis Cluster specification,
 * "MOVED Redirection" and "ASK redirection".
 *
 * @param slot the slot in question; -1 if the answer names none
 * @param address the node that has it, as {@code host:port}; empty if the answer names none
 */
public record Redirect(Kind kind, int slot, String address) {

    /** MOVED: for good. ASK: this once, while the slot moves. TRYAGAIN: some of the keys have moved, some have not. */
    public enum Kind {
        MOVED,
        ASK,
        TRYAGAIN
    }

    /** The redirect that a failure is, or null. */
    public static @Nullable Redirect of(Throwable failure) {
        if (!(failure instanceof ErrorType answer)) {
            return null;
        }
        var words = String.valueOf(answer.getMessage()).split(" ", 4);
        return switch (words[0]) {
            case "TRYAGAIN" -> new Redirect(Kind.TRYAGAIN, -1, "");
            case "MOVED", "ASK" ->
                words.length < 3
                        ? null
                        : new Redirect(Kind.valueOf(words[0]), Integer.parseInt(words[1]), words[2].strip());
            default -> null;
        };
    }
}
