package dev.bincang.people;

import dev.bincang.people.block.Blocks;
import dev.bincang.protocol.Refusal;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.lists.ListPage;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Lets users block others, and lists whom they have blocked. Nobody sees another user's list, not even an admin. */
@Singleton
public class BlockLists {

    private final Blocks blocks;
    private final RedisCommands link;
    private final Keys keys;

    BlockLists(Blocks blocks, RedisCommands link, Keys keys) {
        this.blocks = blocks;
        this.link = link;
        this.keys = keys;
    }

    /**
     * Blocks a user, whether or not anybody has that id. Fails as {@link Blocks#add}, and with {@code bad_request} if the
     * user is the actor or cannot be a user's id.
     */
    public Uni<Void> block(Actor by, String user) {
        if (user.equals(by.user().id())) {
            return Uni.createFrom().failure(Refusal.bad("user: must not be yourself"));
        }
        return Members.checked(user).chain(other -> blocks.add(by.key(), other));
    }

    /** Ends a block. It is no error if there is none. */
    public Uni<Void> unblock(Actor by, String user) {
        return Members.checked(user).chain(other -> blocks.remove(by.key(), other));
    }

    /** A page of the ids of the users whom the actor has blocked, in no order. */
    public Uni<ListPage<String>> list(Actor by, @Nullable String cursor, int limit) {
        return ListPage.of(link, "SSCAN", keys.blocksOf(by.key()), cursor, limit)
                .map(page ->
                        new ListPage<>(page.items().stream().map(Keys::unescape).toList(), page.next()));
    }
}
