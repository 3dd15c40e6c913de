package dev.bincang.people.block;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Stores whom each user has blocked. All ids here are escaped. Every method fails with {@code unavailable} if Redis is
 * away.
 *
 * <p>A blocked user must not find out. So whoever asks here makes the same calls to Redis, whatever the answer is.
 */
@Singleton
public class Blocks {

    private static final Duration FULL_RETRY = Duration.ofSeconds(2);

    private final RedisCommands link;
    private final Links links;
    private final Keys keys;
    private final Script block;
    private final int max;
    private final long guestMs;

    Blocks(RedisCommands link, Links links, Keys keys, BincangConfig config) {
        this.link = link;
        this.links = links;
        this.keys = keys;
        block = new Script(link, Script.source(Blocks.class, "block.lua"));
        max = config.people().maxBlocks();
        guestMs = config.auth().guestLifetime().toMillis();
    }

    /**
     * Blocks a user. Blocking again changes nothing. Fails with {@code limit_reached} if the user has blocked too many, and
     * with {@code unavailable} if Redis is nearly full.
     */
    public Uni<Void> add(String user, String other) {
        if (links.nearlyFull()) {
            return Uni.createFrom()
                    .failure(new Refusal(ErrorCode.UNAVAILABLE, "the storage is nearly full", FULL_RETRY.toMillis()));
        }
        // A guest cannot come back after this time, so nobody needs the set any more.
        var keepMs = User.isGuest(Keys.unescape(user)) ? guestMs : 0;
        return block.run(List.of(keys.blocksOf(user)), other, max, keepMs)
                .invoke(reply -> {
                    if (reply.text().equals("full")) {
                        throw new Refusal(
                                ErrorCode.LIMIT_REACHED, "you have blocked " + max + " users: unblock one first");
                    }
                })
                .replaceWithVoid();
    }

    /** Ends a block. It is no error if there is none. */
    public Uni<Void> remove(String user, String other) {
        return link.call("SREM", keys.blocksOf(user), other).replaceWithVoid();
    }

    /** Whether a user has blocked another one. One call to Redis. */
    public Uni<Boolean> has(String user, String other) {
        return link.call("SISMEMBER", keys.blocksOf(user), other).map(reply -> reply.number() == 1);
    }

    /** Everybody whom a user has blocked, at most {@code bincang.people.max-blocks}. One call to Redis. */
    public Uni<Set<String>> of(String user) {
        return link.call("SMEMBERS", keys.blocksOf(user)).map(reply -> Set.copyOf(reply.texts()));
    }
}
