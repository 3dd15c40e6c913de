package dev.bincang.room.lists;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.bincang.protocol.Refusal;
import dev.bincang.redis.RedisCommands;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list. If the list changes between two pages, an item may appear twice. An item that is in
 * the list all the time appears at least once.
 *
 * @param next the cursor of the next page; null at the end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ListPage<T>(List<T> items, @Nullable String next) {

    /**
     * Reads one page from a Redis key. Fails with {@code bad_request} if the cursor is malformed.
     *
     * @param command {@code HSCAN} or {@code SSCAN}
     * @param cursor null: from the beginning
     */
    public static Uni<ListPage<String>> of(
            RedisCommands link, String command, String key, @Nullable String cursor, int limit) {
        if (cursor != null && !wellFormed(cursor)) {
            return Uni.createFrom().failure(badCursor());
        }
        return link.scan(command, key, cursor == null ? "0" : cursor, limit)
                .map(step -> new ListPage<>(step.items(), step.cursor().equals("0") ? null : step.cursor()));
    }

    public static Refusal badCursor() {
        return Refusal.bad("cursor: is not valid");
    }

    /** Whether the text can be a cursor: Redis uses unsigned 64-bit numbers. */
    private static boolean wellFormed(String cursor) {
        if (!cursor.matches("[0-9]{1,20}")) {
            return false;
        }
        try {
            Long.parseUnsignedLong(cursor);
            return true;
        } catch (NumberFormatException _) {
            return false;
        }
    }
}
