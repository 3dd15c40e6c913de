package dev.bincang.room.lists;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.bincang.protocol.Refusal;
import dev.bincang.redis.CommandLink;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of a list, in no order. A list that changes meanwhile may show an item twice, but none that is in it all the time
 * never.
 *
 * @param next what brings the next part; null at the end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ListPage<T>(List<T> items, @Nullable String next) {

    /**
     * One step through a key. Fails with {@code bad_request} for a cursor that none was.
     *
     * @param command {@code HSCAN} or {@code SSCAN}
     * @param cursor null: from the first
     */
    static Uni<ListPage<String>> of(CommandLink link, String command, String key, @Nullable String cursor, int limit) {
        if (cursor != null && !wellFormed(cursor)) {
            return Uni.createFrom().failure(Refusal.bad("cursor: is not one that was given"));
        }
        return link.scan(command, key, cursor == null ? "0" : cursor, limit)
                .map(step -> new ListPage<>(step.items(), step.cursor().equals("0") ? null : step.cursor()));
    }

    /** Redis has 64 bits without a sign for it. */
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
