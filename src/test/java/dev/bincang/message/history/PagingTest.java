package dev.bincang.message.history;

import static dev.bincang.message.history.Archive.idsOf;
import static dev.bincang.message.history.Archive.now;
import static dev.bincang.message.history.Archive.user;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.message.history.RoomHistory.Query;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever goes on with {@code next} until there is no more gets each event exactly once, in pages of any size and in both
 * directions. While the log is trimmed, that holds for the events that stay. A seed that fails always fails.
 */
@QuarkusTest
class PagingTest {

    private static final int EVENTS = 40;
    private static final int SEEDS = 30;

    private final Actor ana = user("ana");
    private final List<Id> all = new ArrayList<>();
    private final List<Id> messages = new ArrayList<>();
    private RoomId room = new RoomId("none");
    /** The number of events that were trimmed. */
    private int trimmed;

    @Inject
    Archive archive;

    static IntStream seeds() {
        return IntStream.range(0, SEEDS);
    }

    private void aLog(Random random) {
        room = archive.room(ana, "{}");
        all.add(archive.head(room));
        for (int i = 0; i < EVENTS; i++) {
            var message = random.nextInt(3) > 0;
            var id = message ? archive.say(room, ana, "text") : archive.other(room);
            all.add(id);
            if (message) {
                messages.add(id);
            }
        }
    }

    /** Reads to the end of the log. The result has the events in the order in which they came. */
    private List<Id> read(Random random, boolean older, boolean only, boolean trim) {
        var read = new ArrayList<Id>();
        @Nullable Id position = older ? null : Id.ZERO;
        do {
            var limit = 1 + random.nextInt(7);
            try {
                var page = now(archive.history(
                        ana,
                        room,
                        new Query(older ? position : null, older ? null : position, null, null, only, limit)));
                var ids = idsOf(page.events());
                read.addAll(older ? ids.reversed() : ids);
                position = page.next();
            } catch (Refusal refusal) {
                assertEquals(ErrorCode.CONFLICT, refusal.code());
                position = older ? null : Id.ZERO; // nothing is left before it; what is after it was not read yet
            }
            if (trim && random.nextBoolean() && trimmed < EVENTS - 5) {
                trimmed += 1 + random.nextInt(4);
                archive.trim(room, all.get(trimmed));
            }
        } while (position != null);
        return read;
    }

    private void coversTheLog(Random random, boolean trim) {
        for (var older : List.of(true, false)) {
            for (var only : List.of(true, false)) {
                var read = read(random, older, only, trim);

                var expected = only ? messages : all;
                var kept = new ArrayList<>(expected);
                kept.retainAll(all.subList(trimmed, all.size()));
                var found = new ArrayList<>(older ? read.reversed() : read);
                assertEquals(found.size(), new HashSet<>(found).size(), "no event comes twice");
                found.retainAll(kept);
                assertEquals(kept, found, "older: " + older + ", only messages: " + only);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void pagesCoverTheLogExactlyOnce(int seed) {
        var random = new Random(seed);
        aLog(random);
        coversTheLog(random, false);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void pagesCoverWhatStaysWhileTheLogIsTrimmed(int seed) {
        var random = new Random(seed);
        aLog(random);
        coversTheLog(random, true);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void searchesCoverTheMessagesExactlyOnce(int seed) {
        var random = new Random(seed);
        aLog(random);
        var found = new ArrayList<Id>();
        @Nullable Id position = null;
        do {
            var query = new RoomSearch.Query("text", null, null, null, null, position, 1 + random.nextInt(7));
            var page = now(archive.roomSearch.find(ana, room, query));
            found.addAll(idsOf(page.events()));
            position = page.next();
        } while (position != null);

        assertEquals(messages, found.reversed());
    }
}
