package dev.bincang.message.history;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.log.RoomLog;
import dev.bincang.message.Messages;
import dev.bincang.message.history.RoomHistory.Page;
import dev.bincang.protocol.Codec;
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
import io.quarkus.redis.datasource.RedisDataSource;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Rooms with long logs, and readers of them. The server itself writes, so nobody has to wait for their pace. */
@Singleton
class Archive {

    final Rooms rooms;
    final Members members;
    final Messages messages;
    final RoomHistory roomHistory;
    final RoomSearch roomSearch;
    private final RoomLog log;
    private final RoomLog.AppendRule notice;
    private final Keys keys;
    private final Links links;
    private final RedisDataSource redis;

    Archive(
            Rooms rooms,
            Members members,
            Messages messages,
            RoomHistory roomHistory,
            RoomSearch roomSearch,
            RoomLog log,
            Keys keys,
            Links links,
            RedisDataSource redis) {
        this.rooms = rooms;
        this.members = members;
        this.messages = messages;
        this.roomHistory = roomHistory;
        this.roomSearch = roomSearch;
        this.log = log;
        this.keys = keys;
        this.links = links;
        this.redis = redis;
        notice = log.rule(Rooms.class, "notice.lua");
    }

    static Actor user(String name) {
        return Actor.of(new User(name + "-" + UUID.randomUUID(), name), false);
    }

    static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofMinutes(1));
    }

    static Refusal refused(ErrorCode code, Uni<?> uni) {
        var refusal = assertThrows(Refusal.class, () -> now(uni));
        assertEquals(code, refusal.code(), refusal.getMessage());
        return refusal;
    }

    /** A new room, which has one event. */
    RoomId room(Actor owner, String settings) {
        await().until(links::up);
        try {
            var wanted = Codec.json().readValue(settings.replace('\'', '"'), Settings.class);
            return now(rooms.create(owner, null, wanted, null)).id();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Logs a message as if the author had sent it. */
    Id say(RoomId room, Actor author, String text) {
        return say(room, author, text, "");
    }

    /** @param more JSON members, each after a comma */
    Id say(RoomId room, Actor author, String text, String more) {
        var from = ",\"from\":{\"id\":\"" + author.user().id() + "\",\"name\":\"x\"}";
        var rest = new String(Codec.textMember(text), StandardCharsets.UTF_8) + more + "}";
        return append(room, "message", author.key(), from, rest);
    }

    /** Logs an event that is no message. */
    Id other(RoomId room) {
        return append(room, "member", "eva", "", ",\"change\":\"added\"}");
    }

    private Id append(RoomId room, String kind, String about, String kept, String rest) {
        var draft = new RoomLog.Draft(
                ThreadLocalRandom.current().nextLong(1L << 32),
                kind,
                about,
                null,
                "{\"type\":\"" + kind + "\",\"room\":\"" + room + "\"",
                kept.getBytes(StandardCharsets.UTF_8),
                rest.getBytes(StandardCharsets.UTF_8),
                "",
                "");
        return now(log.append(room, draft, new RoomLog.By("ana", false, ""), notice))
                .id();
    }

    Id head(RoomId room) {
        return now(log.head(room));
    }

    /** Removes all events before this one. */
    void trim(RoomId room, Id first) {
        redis.execute("XTRIM", keys.of(room).log(), "MINID", first.toString());
    }

    Uni<Page> history(Actor reader, RoomId room, RoomHistory.Query query) {
        return roomHistory.page(reader, room, query);
    }

    static RoomHistory.Query before(@Nullable Id before, int limit) {
        return new RoomHistory.Query(before, null, null, null, false, limit);
    }

    static RoomHistory.Query after(Id after, int limit) {
        return new RoomHistory.Query(null, after, null, null, false, limit);
    }

    static RoomHistory.Query around(Id around, int limit) {
        return new RoomHistory.Query(null, null, around, null, false, limit);
    }

    static RoomHistory.Query ids(List<Id> ids) {
        return new RoomHistory.Query(null, null, null, ids, false, null);
    }

    static RoomHistory.Query messages(RoomHistory.Query of) {
        return new RoomHistory.Query(of.before(), of.after(), of.around(), of.ids(), true, of.limit());
    }

    static List<Id> ids(Page page) {
        return idsOf(page.events());
    }

    static List<Id> idsOf(List<byte[]> events) {
        return events.stream()
                .map(event -> Id.parse(json(event).path("id").asText()))
                .toList();
    }

    static JsonNode json(byte[] event) {
        try {
            return Codec.json().readTree(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
