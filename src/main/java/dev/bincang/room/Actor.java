package dev.bincang.room;

import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;

/**
 * Who does something.
 *
 * @param key his id, escaped, as Redis and the log know him
 * @param admin whether he may do everything everywhere
 */
public record Actor(User user, String key, boolean admin) {

    public static Actor of(User user, boolean admin) {
        return new Actor(user, Keys.escape(user.id()), admin);
    }
}
