package dev.bincang.room;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.auth.Admins;
import dev.bincang.command.Commands;
import dev.bincang.log.RoomLog;
import dev.bincang.mark.Marks;
import dev.bincang.message.Content;
import dev.bincang.message.MessageVersions;
import dev.bincang.message.Messages;
import dev.bincang.message.PinCommands;
import dev.bincang.message.Place;
import dev.bincang.message.history.RoomHistory;
import dev.bincang.message.reaction.Reactions;
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
public class Stage {

    private static final ObjectMapper JSON = new ObjectMapper();

    public final Rooms rooms;
    public final Members members;
    public final MemberLists lists;
    public final Messages messages;
    private final RoomHistory roomHistory;
    public final Users users;
    public final Admins admins;
    public final RoomLists roomLists;
    public final MessageVersions versions;
    public final Reactions reactions;
    public final PinCommands pins;
    private final Commands commands;
    public final Marks marks;
    private final RoomLog log;
    private final Links links;

    Stage(
            Rooms rooms,
            Members members,
            MemberLists lists,
            Messages messages,
            RoomHistory roomHistory,
            Users users,
            Admins admins,
            RoomLists roomLists,
            MessageVersions versions,
            Reactions reactions,
            PinCommands pins,
            Commands commands,
            Marks marks,
            RoomLog log,
            Links links) {
        this.rooms = rooms;
        this.members = members;
        this.lists = lists;
        this.messages = messages;
        this.roomHistory = roomHistory;
        this.users = users;
        this.admins = admins;
        this.roomLists = roomLists;
        this.versions = versions;
        this.reactions = reactions;
        this.pins = pins;
        this.commands = commands;
        this.marks = marks;
        this.log = log;
        this.links = links;
    }

    public static Actor user(String name) {
        return Actor.of(new User(name + "-" + UUID.randomUUID(), name), false);
    }

    public static Actor admin() {
        return Actor.of(new User("admin-" + UUID.randomUUID(), "Admin"), true);
    }

    public static String id(Actor actor) {
        return actor.user().id();
    }

    /** Settings, from JSON with single quotes. */
    public static Settings settings(String json) {
        try {
            return Codec.json().readValue(quoted(json), Settings.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(String json) {
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
    public RoomId room(Actor owner, String settings) {
        await().until(links::up);
        return now(rooms.create(owner, null, settings(settings), null)).id();
    }

    public RoomId room(Actor owner) {
        return room(owner, "{}");
    }

    /** A user with that role in the room. */
    public Actor one(RoomId room, Actor owner, Role role) {
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

    /** Runs a command in a room; {@code fields} are JSON with single quotes. */
    public Uni<byte[]> run(Actor actor, String type, RoomId room, String fields) {
        try {
            return commands.run(
                    actor,
                    commands.read(
                            "{\"type\":\"%s\",\"req\":1,\"room\":\"%s\",%s}".formatted(type, room, quoted(fields))));
        } catch (Codec.BadFrame e) {
            return Uni.createFrom().failure(Refusal.bad(String.valueOf(e.getMessage())));
        }
    }

    public Id head(RoomId room) {
        return now(log.head(room));
    }

    public Id send(Actor from, RoomId room, String text) {
        return now(messages.send(from, room, Content.of(text), Place.ROOM, null))
                .id();
    }

    /** The newest page of history. */
    public Uni<RoomHistory.Page> history(Actor reader, RoomId room, int limit) {
        return roomHistory.page(reader, room, RoomHistory.Query.newest(limit));
    }

    /** The events of history, oldest first. */
    public List<JsonNode> events(Actor reader, RoomId room) {
        var events = new ArrayList<JsonNode>();
        for (var event : now(history(reader, room, 200)).events()) {
            try {
                events.add(JSON.readTree(event));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return events;
    }

    public JsonNode last(Actor reader, RoomId room) {
        return events(reader, room).getLast();
    }

    /** Without the fields that vary: id, seq and time. */
    public static JsonNode bare(JsonNode event) {
        return event.<ObjectNode>deepCopy().without(List.of("id", "seq", "time", "n"));
    }

    public static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofMinutes(1));
    }

    public static Refusal refused(ErrorCode code, Uni<?> uni) {
        var refusal = assertThrows(Refusal.class, () -> now(uni));
        assertEquals(code, refusal.code(), refusal.getMessage());
        return refusal;
    }

    /** The command is refused or changes nothing: there is no new event. */
    public Refusal refusedIn(RoomId room, ErrorCode code, Supplier<Uni<?>> deed) {
        var head = head(room);
        var refusal = refused(code, deed.get());
        assertEquals(head, head(room), "the room's head");
        return refusal;
    }

    /** It is so already: there is no new event. */
    public void nothingNewIn(RoomId room, Supplier<Uni<?>> deed) {
        var head = head(room);
        now(deed.get());
        assertEquals(head, head(room), "the room's head");
    }

    /** There is exactly one new event: this one, as JSON with single quotes, without id, seq and time. */
    public void oneEventIn(RoomId room, Actor reader, String event, Supplier<Uni<?>> deed) {
        var head = head(room);
        now(deed.get());
        var stored = last(reader, room);
        assertEquals(json(event), bare(stored));
        assertEquals(head(room).toString(), stored.path("id").asText());
        assertEquals(head.seq() + 1, stored.path("seq").asLong());
    }
}
