package dev.bincang.room.lists;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.bincang.log.RoomViews;
import dev.bincang.log.RoomViews.Glance;
import dev.bincang.log.RoomViews.Glances;
import dev.bincang.mark.Marks;
import dev.bincang.mark.OwnSettings;
import dev.bincang.mark.Preferences;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import dev.bincang.room.Room;
import dev.bincang.room.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Lists a user's rooms, the one with the newest message first, page by page. A page takes three round trips to Redis,
 * however many rooms there are: the user's list, a glance at each room, the details of the page. In a cluster each of the
 * last two is one call for each bucket.
 */
@Singleton
public class RoomLists {

    /** Which of a user's rooms are listed. */
    public enum Filter {
        /** Also archived ones. */
        ALL,
        /** With unread messages or mentions, and not archived. */
        UNREAD,
        /** Direct rooms that are not archived. */
        DIRECT,
        ARCHIVED;

        private boolean takes(Glance glance, Preferences own) {
            return switch (this) {
                case ALL -> true;
                case UNREAD -> !own.archived() && (glance.unread() > 0 || glance.mentions() > 0);
                case DIRECT -> !own.archived() && glance.kind().equals("direct");
                case ARCHIVED -> own.archived();
            };
        }
    }

    /**
     * One of a user's rooms.
     *
     * @param last the JSON of the last message in the main view, as it is now; null if there is none that they may read
     * @param mark the event up to which they have read
     * @param unread the number of messages after it, without deleted ones
     * @param mentions the number of mentions of them by others after it, at most 100
     * @param me their own settings of the room
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Mine(
            Room room,

            @JsonRawValue @Schema(ref = "../asyncapi.yaml#/components/schemas/Event") @Nullable
            String last,

            Id mark,
            long unread,
            long mentions,
            Preferences me) {}

    private final RoomViews views;
    private final Marks marks;
    private final OwnSettings own;

    RoomLists(RoomViews views, Marks marks, OwnSettings own) {
        this.views = views;
        this.marks = marks;
        this.own = own;
    }

    /**
     * A page of the rooms that the actor is a member of. The stored list may contain rooms that they have left; these
     * are left out. Fails with {@code bad_request} for a malformed cursor, and as {@link Marks#rooms}.
     *
     * @param cursor null: from the beginning
     */
    public Uni<ListPage<Mine>> mine(Actor actor, Filter filter, @Nullable String cursor, int limit) {
        var after = cursor == null ? null : RoomOrder.parse(cursor);
        // The settings are read first: a user has settings only of rooms that are in their list by then.
        return Uni.combine()
                .all()
                .unis(own.of(actor), marks.rooms(actor))
                .asTuple()
                .chain(stored -> views.glances(stored.getItem2(), actor.key(), actor.admin())
                        .call(found -> forgetOthers(actor, stored.getItem1(), found))
                        .map(found -> page(found, stored.getItem1(), filter, after, limit))
                        .chain(part -> details(actor, part, stored.getItem1())));
    }

    private static RoomOrder.Part page(
            Glances found, Map<RoomId, Preferences> own, Filter filter, @Nullable RoomOrder after, int limit) {
        var listed = found.rooms().stream()
                .filter(glance -> filter.takes(glance, of(own, glance.room())))
                .toList();
        return RoomOrder.page(listed, found.at(), after, limit);
    }

    /** Settings of rooms that the user has left since, or that were deleted, are of no use. */
    private Uni<Void> forgetOthers(Actor actor, Map<RoomId, Preferences> stored, Glances found) {
        var others = new HashSet<>(stored.keySet());
        found.rooms().forEach(glance -> others.remove(glance.room()));
        return own.forget(actor, others);
    }

    private Uni<ListPage<Mine>> details(Actor actor, RoomOrder.Part part, Map<RoomId, Preferences> own) {
        var next = part.next();
        return views.ofMember(part.rooms(), actor.key(), actor.admin(), Settings.FIELDS)
                .map(found -> new ListPage<>(
                        found.stream()
                                .map(view -> mine(view, of(own, view.room())))
                                .toList(),
                        next == null ? null : next.cursor()));
    }

    private static Preferences of(Map<RoomId, Preferences> own, RoomId room) {
        return own.getOrDefault(room, Preferences.DEFAULT);
    }

    private static Mine mine(RoomViews.View view, Preferences own) {
        var last = view.last();
        var unread = Objects.requireNonNull(view.unread());
        return new Mine(
                Room.of(view),
                last == null ? null : new String(last.json(), StandardCharsets.UTF_8),
                unread.mark(),
                unread.messages(),
                unread.mentions(),
                own);
    }
}
