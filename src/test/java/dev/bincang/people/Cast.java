package dev.bincang.people;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bincang.message.Content;
import dev.bincang.message.Messages;
import dev.bincang.message.Place;
import dev.bincang.message.history.RoomHistory;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Links;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Rooms;
import dev.bincang.room.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The users and rooms of a test about people. All are new. */
@Singleton
public class Cast {

    private static final ObjectMapper JSON = new ObjectMapper();

    final Rooms rooms;
    final Members members;
    final Messages messages;
    final RoomHistory history;
    private final Links links;

    Cast(Rooms rooms, Members members, Messages messages, RoomHistory history, Links links) {
        this.rooms = rooms;
        this.members = members;
        this.messages = messages;
        this.history = history;
        this.links = links;
    }

    public static Actor user(String name) {
        return Actor.of(new User(name + "-" + UUID.randomUUID(), name), false);
    }

    static Actor admin() {
        return Actor.of(new User("admin-" + UUID.randomUUID(), "Admin"), true);
    }

    static String id(Actor actor) {
        return actor.user().id();
    }

    /** A room whose id the server makes; settings as JSON with single quotes. */
    public RoomId room(Actor owner, String settings) {
        await().until(links::up);
        try {
            var wanted = Codec.json().readValue(settings.replace('\'', '"'), Settings.class);
            return now(rooms.create(owner, null, wanted, null)).id();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Id send(Actor from, RoomId room, String text) {
        return now(messages.send(from, room, Content.of(text), Place.ROOM, null))
                .id();
    }

    /** The events that the reader gets, oldest first. */
    List<JsonNode> events(Actor reader, RoomId room) {
        var events = new ArrayList<JsonNode>();
        for (var event :
                now(history.page(reader, room, RoomHistory.Query.newest(200))).events()) {
            try {
                events.add(JSON.readTree(event));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return events;
    }

    static JsonNode json(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofMinutes(1));
    }

    public static Refusal refused(ErrorCode code, Uni<?> uni) {
        var refusal = assertThrows(Refusal.class, () -> now(uni));
        assertEquals(code, refusal.code(), refusal.getMessage());
        return refusal;
    }
}
