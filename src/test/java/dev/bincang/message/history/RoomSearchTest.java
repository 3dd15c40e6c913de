package dev.bincang.message.history;

import static dev.bincang.message.history.Archive.idsOf;
import static dev.bincang.message.history.Archive.json;
import static dev.bincang.message.history.Archive.now;
import static dev.bincang.message.history.Archive.refused;
import static dev.bincang.message.history.Archive.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.message.Content;
import dev.bincang.message.Place;
import dev.bincang.message.history.RoomSearch.Found;
import dev.bincang.message.history.RoomSearch.Query;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a search finds, and where it stops. */
@QuarkusTest
class RoomSearchTest {

    private final Actor ana = user("ana");
    private final Actor ben = user("ben");
    private RoomId room = new RoomId("none");

    @Inject
    Archive archive;

    @Inject
    BincangConfig config;

    @BeforeEach
    void aRoom() {
        room = archive.room(ana, "{}");
    }

    private static Query words(String words) {
        return new Query(words, null, null, null, null, null, null);
    }

    private static Query page(String words, @Nullable Id before, int limit) {
        return new Query(words, null, null, null, null, before, limit);
    }

    private Found find(Query query) {
        return now(archive.roomSearch.find(ana, room, query));
    }

    private List<Id> found(Query query) {
        return idsOf(find(query).events());
    }

    @Test
    void itFindsMessagesWithAllWordsNewestFirst() {
        var one = archive.say(room, ana, "the red house");
        archive.say(room, ana, "the red car");
        var two = archive.say(room, ben, "a House, all RED");
        archive.other(room);

        var found = find(words("house red"));

        assertEquals(List.of(two, one), idsOf(found.events()));
        assertEquals(
                "a House, all RED", json(found.events().getFirst()).path("text").asText());
        assertEquals("message", json(found.events().getFirst()).path("type").asText());
        assertNull(found.next());
        assertEquals(3, found.searched());
    }

    @Test
    void anEditedMessageIsFoundByItsNewTextOnlyAndADeletedOneNotAtAll() {
        var edited = now(archive.messages.send(ana, room, Content.of("apple"), Place.ROOM, null))
                .id();
        var deleted = now(archive.messages.send(ana, room, Content.of("cherry"), Place.ROOM, null))
                .id();
        now(archive.messages.edit(ana, room, edited, Content.of("banana"), null));
        now(archive.messages.delete(ana, room, deleted, null));

        assertEquals(List.of(), found(words("apple")));
        assertEquals(List.of(edited), found(words("banana")));
        assertEquals(List.of(), found(words("cherry")));
    }

    @Test
    void theFieldsOfAMessageAreNoTextOfIt() {
        archive.say(room, ana, "hi");

        for (var word :
                List.of("message", "text", "from", "type", ana.user().id(), room.value(), "{", ":", "\\u0068i")) {
            assertEquals(List.of(), found(words(word)), word);
        }
    }

    @Test
    void itKeepsToAnAuthor() {
        archive.say(room, ana, "hi");
        var bens = archive.say(room, ben, "hi");

        assertEquals(List.of(bens), found(new Query("hi", ben.user().id(), null, null, null, null, null)));
        assertEquals(List.of(), found(new Query("hi", "nobody", null, null, null, null, null)));
    }

    @Test
    void itKeepsToATime() {
        for (int i = 0; i < 5; i++) {
            archive.say(room, ana, "hi");
        }
        var all = find(words("hi")).events();
        var time = json(all.get(2)).path("time").asLong();

        assertEquals(
                idsOf(all.stream()
                        .filter(event -> json(event).path("time").asLong() >= time)
                        .toList()),
                found(new Query("hi", null, time, null, null, null, null)));
        assertEquals(
                idsOf(all.stream()
                        .filter(event -> json(event).path("time").asLong() < time)
                        .toList()),
                found(new Query("hi", null, null, time, null, null, null)));
    }

    @Test
    void itEndsAtMessagesThatAreMuchTooOld() {
        archive.say(room, ana, "hi");
        archive.say(room, ana, "hi");
        var future = System.currentTimeMillis() + 86_400_000;

        var found = find(new Query("hi", null, future, null, null, null, null));

        assertEquals(new Found(List.of(), null, 1), found);
    }

    @Test
    void itFindsLinksAndAttachments() {
        var link = archive.say(room, ana, "see HTTPS://example.org now");
        archive.say(room, ana, "see http:// or ftp://example.org");
        var file = archive.say(room, ana, "see this", ",\"attachments\":[{\"url\":\"https://x/y\"}]");
        archive.say(room, ana, "see none", ",\"attachments\":[]");

        assertEquals(List.of(link), found(new Query("see", null, null, null, "link", null, null)));
        assertEquals(List.of(file), found(new Query("see", null, null, null, "attachment", null, null)));
    }

    @Test
    void itGoesOnWhereItStopped() {
        var all = new ArrayList<Id>();
        for (int i = 0; i < 7; i++) {
            all.add(archive.say(room, ana, "hi " + i));
        }

        var first = find(page("hi", null, 3));
        assertEquals(all.subList(4, 7).reversed(), idsOf(first.events()));
        assertEquals(all.get(4), first.next());
        var second = find(page("hi", first.next(), 4));
        assertEquals(all.subList(0, 4).reversed(), idsOf(second.events()));
        assertNull(second.next(), "the room has an older event, but no older message");
        assertEquals(new Found(List.of(), null, 0), find(page("hi", all.getFirst(), 4)));
        assertEquals(List.of(all.get(2)), found(page("2", null, 3)));
    }

    @Test
    void itLooksAtABoundedNumberOfMessages() {
        var most = config.search().messages();
        var old = archive.say(room, ana, "needle");
        for (int i = 0; i < most; i++) {
            archive.say(room, ana, "hay");
        }

        var first = find(words("needle"));
        assertEquals(List.of(), first.events());
        assertEquals(most, first.searched());
        assertEquals(List.of(old), found(page("needle", first.next(), 1)));
    }

    @Test
    void itReadsABoundedNumberOfBytes() {
        var text = "x".repeat(40_000);
        for (int i = 0; i < 60; i++) {
            archive.say(room, ana, text);
        }

        var searched = find(words("needle")).searched();

        var most = config.search().size().asLongValue() / text.length();
        assertTrue(searched > most / 2 && searched <= most + 1, searched + " of " + most);
    }

    @Test
    void anAnswerIsBoundedInBytes() {
        var ids = new HashSet<Id>();
        for (int i = 0; i < 10; i++) {
            ids.add(archive.say(room, ana, "hi" + "x".repeat(100_000)));
        }

        var first = find(words("hi"));
        assertEquals(3, first.events().size());
        var second = find(page("hi", first.next(), 50));
        ids.removeAll(idsOf(first.events()));
        assertTrue(ids.containsAll(idsOf(second.events())));
    }

    @Test
    void aLogWithFewMessagesAmongOtherEventsIsSearchedToo() {
        var old = archive.say(room, ana, "needle");
        for (int i = 0; i < LogPages.LOOKS + 10; i++) {
            archive.other(room);
        }

        assertEquals(List.of(old), found(words("needle")));
    }

    @Test
    void anEmptyLogHasNothing() {
        assertEquals(new Found(List.of(), null, 0), find(words("hi")));
    }

    @Test
    void aPositionThatIsNotInTheLogIsAConflict() {
        archive.say(room, ana, "hi");

        refused(ErrorCode.CONFLICT, archive.roomSearch.find(ana, room, page("hi", new Id(2, 7), 1)));
    }

    @Test
    void aQueryThatMakesNoSenseIsRefused() {
        for (var query : List.of(
                words(""),
                words("x".repeat(10_000)),
                page("hi", null, 0),
                page("hi", null, 51),
                new Query("hi", "", null, null, null, null, null),
                new Query("hi", "x".repeat(129), null, null, null, null, null),
                new Query("hi", null, -1L, null, null, null, null),
                new Query("hi", null, 5L, 5L, null, null, null),
                new Query("hi", null, null, null, "video", null, null))) {
            refused(ErrorCode.BAD_REQUEST, archive.roomSearch.find(ana, room, query));
        }
    }
}
