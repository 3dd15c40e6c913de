package dev.bincang.message.history;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.bincang.command.Command;
import dev.bincang.command.CommandKind;
import dev.bincang.command.Feature;
import dev.bincang.protocol.Answer;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Event;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that read a room's log. */
@Singleton
public class HistoryCommands implements Feature {

    private final RoomHistory roomHistory;
    private final RoomSearch roomSearch;

    HistoryCommands(RoomHistory roomHistory, RoomSearch roomSearch) {
        this.roomHistory = roomHistory;
        this.roomSearch = roomSearch;
    }

    @Override
    public List<CommandKind<?>> commands() {
        return List.of(
                CommandKind.read(
                        History.class,
                        (by, history) -> roomHistory
                                .page(by, history.room, history.query())
                                .map(page -> answer(history.req, page))),
                CommandKind.read(
                        Search.class,
                        (by, search) -> roomSearch
                                .find(by, search.room, search.query())
                                .map(found -> answer(search.req, found))));
    }

    private static byte[] answer(long req, RoomHistory.Page page) {
        return Codec.encode(
                new OkToHistory(req, List.of(), page.more(), page.next(), page.moreAfter(), page.nextAfter()),
                page.events());
    }

    private static byte[] answer(long req, RoomSearch.Found found) {
        return Codec.encode(new OkToSearch(req, List.of(), found.next(), found.searched()), found.events());
    }

    /**
     * Asks for a page of a room's log, in its order. At most one of the four positions is given; without any, the page
     * ends with the newest event.
     *
     * @param before the page ends before this event
     * @param after the page begins after this event
     * @param around the page has this event in its middle
     * @param ids the page has these messages
     * @param only {@code messages}, or null for events of all kinds
     * @param limit the highest number of events; not with {@code ids}
     */
    @JsonTypeName("history")
    @RegisterForReflection
    public record History(
            long req,
            RoomId room,
            @Nullable Id before,
            @Nullable Id after,
            @Nullable Id around,
            @Nullable List<Id> ids,
            @Nullable String only,
            @Nullable Integer limit)
            implements Command.InRoom {
        public History {
            Command.required("room", room);
            if (only != null && !only.equals("messages")) {
                throw new IllegalArgumentException("only: must be messages");
            }
            if (ids != null && ids.stream().anyMatch(id -> id == null)) {
                throw new IllegalArgumentException("ids: has a null");
            }
        }

        private RoomHistory.Query query() {
            return new RoomHistory.Query(before, after, around, ids, only != null, limit);
        }
    }

    /**
     * Searches a room's messages, newest first.
     *
     * @param words all of them must be in the text
     * @param from the id of the author
     * @param since not before this time, in milliseconds since 1970
     * @param until before this time, in milliseconds since 1970
     * @param has {@code attachment} or {@code link}
     * @param before look only at messages before this event
     * @param limit the highest number of messages in the answer
     */
    @JsonTypeName("search")
    @RegisterForReflection
    public record Search(
            long req,
            RoomId room,
            String words,
            @Nullable String from,
            @Nullable Long since,
            @Nullable Long until,
            @Nullable String has,
            @Nullable Id before,
            @Nullable Integer limit)
            implements Command.InRoom {
        public Search {
            Command.required("room", room);
            Command.required("words", words);
        }

        private RoomSearch.Query query() {
            return new RoomSearch.Query(words, from, since, until, has, before, limit);
        }
    }

    /**
     * The answer to {@code history}.
     *
     * @param events in the order of the log
     * @param more whether there are older events; with {@code after}, whether there are newer ones; with {@code ids},
     *     whether not all fitted
     * @param next if there is more: where to go on, as {@code before} or as {@code after}
     * @param moreAfter only with {@code around}: whether there are newer events
     * @param nextAfter if there are newer ones: where to go on, as {@code after}
     */
    @JsonTypeName("ok")
    @RegisterForReflection
    public record OkToHistory(
            long req,
            List<Event> events,
            boolean more,
            @Nullable Id next,
            @Nullable Boolean moreAfter,
            @Nullable Id nextAfter)
            implements Answer {}

    /**
     * The answer to {@code search}.
     *
     * @param events messages, newest first
     * @param next where to go on, as {@code before}; null if the beginning was reached
     * @param searched the number of messages that the server looked at
     */
    @JsonTypeName("ok")
    @RegisterForReflection
    public record OkToSearch(
            long req, List<Event> events, @Nullable Id next, int searched) implements Answer {}
}
