package dev.bincang.room;

import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The user who performs an action.
 *
 * @param key the user's id, escaped, as Redis and the log store it
 * @param admin whether the user may do everything everywhere
 */
public record Actor(User user, String key, boolean admin) {

    /** The most users that one call may name. */
    public static final int MOST_OTHERS = 100;

    public static Actor of(User user, boolean admin) {
        return new Actor(user, Keys.escape(user.id()), admin);
    }

    /**
     * The users of a list without the actor, each once, in the order of the list.
     *
     * @param users null: none
     * @throws Refusal {@code bad_request} if one cannot be a user's id, or there are more than {@link #MOST_OTHERS}
     */
    public List<String> others(@Nullable List<@Nullable String> users) {
        if (users == null) {
            return List.of();
        }
        if (users.size() > MOST_OTHERS) {
            throw Refusal.bad("members: must have at most " + MOST_OTHERS + " users");
        }
        var others = new LinkedHashSet<String>();
        for (var other : users) {
            var wrong = other == null ? "is null" : User.wrongId(other);
            if (other == null || wrong != null) {
                throw Refusal.bad("members: the id of a user " + wrong);
            }
            others.add(other);
        }
        others.remove(user.id());
        return List.copyOf(others);
    }
}
