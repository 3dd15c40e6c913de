package dev.bincang.room;

import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;

/**
 * The user who performs an action.
 *
 * @param key the user's id, escaped, as Redis and the log store it
 * @param admin whether the user may do everything everywhere
 */
public record Actor(User user, String key, boolean admin) {

    public static Actor of(User user, boolean admin) {
        return new Actor(user, Keys.escape(user.id()), admin);
    }
}
