package dev.bincang.room;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.auth.Admins;
import dev.bincang.log.RoomLog;
import dev.bincang.mark.Marks;
import dev.bincang.message.MessageVersions;
import dev.bincang.message.Messages;
import dev.bincang.people.Users;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Links;
import dev.bincang.room.lists.MemberLists;
import dev.bincang.room.lists.RoomLists;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** The use cases, with users and rooms for them. All users and rooms are new. */
@Singleton
class Stage {

    private static final ObjectMapper JSON = new ObjectMapper();

    final Rooms rooms;
    final Members members;
    final MemberLists lists;
    final Messages messages;
    final Users users;
    final Admins admins;
    final RoomLists roomLists;
    final MessageVersions versions;
    final Marks marks;
    private final RoomLog log;
    private final Links links;

    Stage(
            Rooms rooms,
            Members members,
            MemberLists lists,
            Messages messages,
            Users users,
            Admins admins,
            RoomLists roomLists,
            MessageVersions versions,
            Marks marks,
            RoomLog log,
            Links links) {
        this.rooms = rooms;
        this.members = members;
        this.lists = lists;
        this.messages = messages;
        this.users = users;
        this.admins = admins;
        this.roomLists = roomLists;
        this.versions = versions;
        this.marks = marks;
        this.log = log;
        this.links = links;
    }

    static Actor user(String name) {
        return Actor.of(new User(name + "-" + UUID.randomUUID(), name), false);
    }

    static Actor admin() {
        return Actor.of(new User("admin-" + UUID.randomUUID(), "Admin"), true);
    }

    static String id(Actor actor) {
        return actor.user().id();
    }

    /** Settings, from JSON with single quotes. */
    static Settings settings(String json) {
        try {
            return Codec.json().readValue(quoted(json), Settings.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String json) {
        try {
            return JSON.readTree(quoted(json));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    /** A room whose id the server makes; settings as above. */
    RoomId room(Actor owner, String settings) {
        await().until(links::up);
        return now(rooms.create(owner, null, settings(settings), null)).id();
    }

    RoomId room(Actor owner) {
        return room(owner, "{}");
    }

    /** A user with that role in the room. */
    Actor one(RoomId room, Actor owner, Role role) {
        if (role == Role.ADMIN) {
            return admin();
        }
        var actor = user(role.wire());
        if (role != Role.VISITOR) {
            now(members.add(owner, room, id(actor)));
        }
        if (role != Role.VISITOR && role != Role.MEMBER) {
            now(members.role(owner, room, id(actor), role));
        }
        return actor;
    }

    Id head(RoomId room) {
        return now(log.head(room));
    }

    Id send(Actor from, RoomId room, String text) {
        return now(messages.send(from, room, text, null, null)).id();
    }

    /** The events of history, oldest first. */
    List<JsonNode> events(Actor reader, RoomId room) {
        var events = new ArrayList<JsonNode>();
        for (var event : now(messages.history(reader, room, null, 200)).events()) {
            try {
                events.add(JSON.readTree(event));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return events;
    }

    JsonNode last(Actor reader, RoomId room) {
        return events(reader, room).getLast();
    }

    /** Without the fields that vary: id, seq and time. */
    static JsonNode bare(JsonNode event) {
        return event.<ObjectNode>deepCopy().without(List.of("id", "seq", "time", "n"));
    }

    static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofMinutes(1));
    }

    static Refusal refused(ErrorCode code, Uni<?> uni) {
        var refusal = assertThrows(Refusal.class, () -> now(uni));
        assertEquals(code, refusal.code(), refusal.getMessage());
        return refusal;
    }

    /** The command is refused or changes nothing: there is no new event. */
    Refusal refusedIn(RoomId room, ErrorCode code, Supplier<Uni<?>> deed) {
        var head = head(room);
        var refusal = refused(code, deed.get());
        assertEquals(head, head(room), "the room's head");
        return refusal;
    }

    /** It is so already: there is no new event. */
    void nothingNewIn(RoomId room, Supplier<Uni<?>> deed) {
        var head = head(room);
        now(deed.get());
        assertEquals(head, head(room), "the room's head");
    }

    /** There is exactly one new event: this one, as JSON with single quotes, without id, seq and time. */
    void oneEventIn(RoomId room, Actor reader, String event, Supplier<Uni<?>> deed) {
        var head = head(room);
        now(deed.get());
        var stored = last(reader, room);
        assertEquals(json(event), bare(stored));
        assertEquals(head(room).toString(), stored.path("id").asText());
        assertEquals(head.seq() + 1, stored.path("seq").asLong());
    }
}
