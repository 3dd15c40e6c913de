package dev.bincang.redis.node;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The keys and the channel with which a watchdog checks its node. In a cluster they are in slots of that node.
 *
 * @param life the key of {@link Server#life}
 * @param format the key of the stored form's version; null if another node has it
 * @param pulse the channel of this pod's own echo
 */
public record Anchor(String life, @Nullable String format, String pulse) {

    /** Whether both have the same key of life, or there is none. */
    static boolean isSame(@Nullable Anchor one, @Nullable Anchor other) {
        return Objects.equals(one == null ? null : one.life, other == null ? null : other.life);
    }

    /** The key that each batch of durable writes writes: {@link dev.bincang.redis.link.WriteLink}. */
    public String marker() {
        return life + ":wait";
    }
}
