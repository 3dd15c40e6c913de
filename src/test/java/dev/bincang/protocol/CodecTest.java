package dev.bincang.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.message.MessageEvent;
import dev.bincang.message.Place;
import dev.bincang.message.history.HistoryCommands;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodecTest {

    private static final RoomId ROOM = new RoomId("general");

    // ---- frames

    @Test
    void aFrameIsCompactAndLeavesOutNulls() {
        assertEquals("{\"type\":\"ok\",\"req\":4}", text(Codec.encode(new Frame.Ok(4))));
        assertEquals("{\"type\":\"ping\"}", text(Codec.encode(new Frame.Ping())));
        assertEquals(
                "{\"type\":\"error\",\"code\":\"bad_request\",\"message\":\"no\",\"retry\":false}",
                text(Codec.encode(new Refusal(ErrorCode.BAD_REQUEST, "no").frame(null))));
    }

    @Test
    void aMessageBeginsWithTypeAndRoomSoThatTheLogCanInsertTheId() {
        var frame = new MessageEvent.Message(ROOM, new User("u", "Ana"), Place.ROOM, null);

        assertEquals(
                "{\"type\":\"message\",\"room\":\"general\",\"from\":{\"id\":\"u\",\"name\":\"Ana\"}}",
                text(Codec.encode(frame)));
    }

    @Test
    void anEmojiIsWrittenAsFourBytesNotAsAnEscape() {
        var rocket = "\ud83d\ude80";
        var frame = new MessageEvent.Message(ROOM, new User("u", rocket), Place.ROOM, null);

        var json = text(Codec.encode(frame)) + text(Codec.textMember(rocket + "é\n"));

        assertTrue(json.contains(",\"text\":\"" + rocket + "é\\n\""), json);
        assertTrue(json.contains("\"name\":\"" + rocket + "\""), json);
    }

    @Test
    void anAnswerWithEventsHasTheFieldsOfTheRecord() {
        var one = message(1);
        var two = message(2);
        for (var events : List.of(List.<Event>of(), List.<Event>of(one), List.<Event>of(one, two))) {
            var record = new HistoryCommands.OkToHistory(6, events, true, new Id(1, 7), null, null);
            var joined = Codec.encode(
                    new HistoryCommands.OkToHistory(6, List.of(), true, new Id(1, 7), null, null),
                    events.stream().map(Codec::encode).toList());

            assertEquals(text(Codec.encode(record)), text(joined));
        }
        assertThrows(IllegalArgumentException.class, () -> Codec.encode(new Frame.Ok(6), List.of()));
    }

    private static MessageEvent message(long seq) {
        var text = "\ud83d\ude80 \"quoted\" \\ \t";
        return new MessageEvent.Edited(
                ROOM,
                new Id(seq, 7),
                seq,
                1763762400000L,
                seq,
                new User("u", "Ana"),
                new Id(1, 1),
                null,
                null,
                null,
                null,
                text,
                null,
                null,
                null,
                null);
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
