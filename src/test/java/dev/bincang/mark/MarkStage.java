package dev.bincang.mark;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bincang.log.RoomLog;
import dev.bincang.message.Content;
import dev.bincang.message.Messages;
import dev.bincang.message.Place;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Rooms;
import dev.bincang.room.Settings;
import dev.bincang.room.lists.RoomLists;
import dev.bincang.room.lists.RoomLists.Filter;
import dev.bincang.room.lists.RoomLists.Mine;
import io.quarkus.redis.datasource.RedisDataSource;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The use cases of marks, with users and rooms for them. All users and rooms are new. */
@Singleton
class MarkStage {

    final Rooms rooms;
    final Members members;
    final Messages messages;
    final Marks marks;
    final RoomLists lists;
    final OwnSettings own;
    final RoomLog log;
    final Keys keys;
    final RedisDataSource redis;
    private final Links links;

    MarkStage(
            Rooms rooms,
            Members members,
            Messages messages,
            Marks marks,
            RoomLists lists,
            OwnSettings own,
            RoomLog log,
            Keys keys,
            RedisDataSource redis,
            Links links) {
        this.rooms = rooms;
        this.members = members;
        this.messages = messages;
        this.marks = marks;
        this.lists = lists;
        this.own = own;
        this.log = log;
        this.keys = keys;
        this.redis = redis;
        this.links = links;
    }

    static Actor user(String name) {
        return Actor.of(new User(name + "-" + UUID.randomUUID(), name), false);
    }

    static String id(Actor actor) {
        return actor.user().id();
    }

    /** A room whose id the server makes. */
    RoomId room(Actor owner, @Nullable String kind, @Nullable Long keepMessages) {
        await().until(links::up);
        var settings = new Settings(kind, null, null, null, null, null, null, keepMessages, null);
        return now(rooms.create(owner, null, settings, null)).id();
    }

    RoomId room(Actor owner) {
        return room(owner, null, null);
    }

    /** Makes the user a member, and returns them. */
    Actor member(RoomId room, Actor owner, String name) {
        var user = user(name);
        now(members.add(owner, room, id(user)));
        return user;
    }

    Id send(Actor from, RoomId room) {
        return now(messages.send(from, room, Content.of("hi"), Place.ROOM, null))
                .id();
    }

    Id head(RoomId room) {
        return now(log.head(room));
    }

    /** Stores a mention as the script that posts a message does. The user's id is escaped; {@code *}: all. */
    void mention(RoomId room, String whom, long seq, Actor author) {
        redis.execute("ZADD", keys.of(room).index(), "0", "m%s:%015d:%s".formatted(whom, seq, author.key()));
    }

    /** The first page of the user's list. */
    List<Mine> list(Actor actor, Filter filter) {
        return now(lists.mine(actor, filter, null, 200)).items();
    }

    /** A room as the user's list has it. */
    Mine mine(Actor actor, RoomId room) {
        return list(actor, Filter.ALL).stream()
                .filter(one -> one.room().id().equals(room))
                .findFirst()
                .orElseThrow();
    }

    static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofMinutes(1));
    }

    static Refusal refused(ErrorCode code, Uni<?> uni) {
        var refusal = assertThrows(Refusal.class, () -> now(uni));
        assertEquals(code, refusal.code(), refusal.getMessage());
        return refusal;
    }
}
