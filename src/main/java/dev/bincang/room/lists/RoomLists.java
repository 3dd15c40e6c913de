package dev.bincang.room.lists;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.bincang.log.RoomViews;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.room.Actor;
import dev.bincang.room.Room;
import dev.bincang.room.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Lists a user's rooms, page by page. A page takes two calls to Redis, however many rooms it has. */
@Singleton
public class RoomLists {

    /**
     * One of a user's rooms.
     *
     * @param last the JSON of the newest event that they may read; null if there is none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Mine(
            Room room,

            @JsonRawValue @Schema(ref = "../asyncapi.yaml#/components/schemas/Event") @Nullable
            String last) {}

    private final RoomViews views;
    private final RedisCommands link;
    private final Keys keys;

    RoomLists(RoomViews views, RedisCommands link, Keys keys) {
        this.keys = keys;
        this.views = views;
        this.link = link;
    }

    /**
     * A page of the rooms that the actor is a member of. The stored list may contain rooms that they have left; these
     * are left out.
     *
     * @param cursor null: from the beginning
     */
    public Uni<ListPage<Mine>> mine(Actor actor, @Nullable String cursor, int limit) {
        return ListPage.of(link, "SSCAN", keys.roomsOf(actor.key()), cursor, limit)
                .chain(part -> views.ofMember(
                                part.items().stream().map(RoomId::new).toList(),
                                actor.key(),
                                actor.admin(),
                                Settings.FIELDS)
                        .map(found -> new ListPage<>(
                                found.stream().map(RoomLists::mine).toList(), part.next())));
    }

    private static Mine mine(RoomViews.View view) {
        var newest = view.newest();
        return new Mine(Room.of(view), newest == null ? null : new String(newest.json(), StandardCharsets.UTF_8));
    }
}
