package dev.bincang.message;

import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.user;
import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.bincang.log.Changes;
import dev.bincang.log.Entry;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.room.Actor;
import dev.bincang.room.Role;
import dev.bincang.room.Stage;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.stream.StreamRange;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of commands by five users, with a fixed seed each. A client that sees every event live, one that resumes from
 * any earlier point, and one that reads a page have the same messages. What the index has is what a recount finds.
 *
 * <p>{@code -Dbincang.chat.sequences=100000} runs more of them.
 */
@QuarkusTest
class ChatModelTest {

    private static final int SEQUENCES = Integer.getInteger("bincang.chat.sequences", 100);
    private static final int STEPS = 60;
    private static final int CHECK_EVERY = 12;
    private static final int PAGE = 200;
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> NAMES = List.of("heart", "\ud83d\ude80", "+1");

    @Inject
    Stage stage;

    @Inject
    RoomLog log;

    @Inject
    Changes.Untold untold;

    @Inject
    Keys keys;

    @Inject
    RedisDataSource redis;

    /** A client that was away since then. */
    private record Away(Fold had, Id position) {}

    private final Queue<JsonNode> published = new ConcurrentLinkedQueue<>();
    private Random random = new Random();
    private List<Actor> users = List.of();
    private RoomId room = new RoomId("none");
    private List<Id> messages = new ArrayList<>();
    private Fold live = new Fold();
    /** The seq of the last event that has arrived. */
    private long last;

    @Test
    void everyClientHasTheSameMessages() {
        for (int seed = 0; seed < SEQUENCES; seed++) {
            try {
                sequence(seed);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private void sequence(int seed) {
        random = new Random(seed);
        var owner = user("owner");
        room = stage.room(owner, "{'kind':'private','keepMessages':" + (random.nextInt(3) == 0 ? 5 : 500) + "}");
        users = Stream.concat(
                        Stream.of(owner),
                        Stream.generate(() -> stage.one(room, owner, Role.MODERATOR))
                                .limit(4))
                .toList();
        messages = new ArrayList<>();
        live = new Fold();
        published.clear();
        last = 0;
        var channel = keys.of(room).room();
        var subscription =
                redis.pubsub(byte[].class).subscribe(channel, payload -> published.add(json(Entry.published(payload))));
        try {
            var away = new ArrayList<Away>();
            for (int step = 1; step <= STEPS; step++) {
                act();
                if (step % CHECK_EVERY == 0) {
                    settle();
                    away.forEach(this::resumedIsLive);
                    pageIsLive();
                    indexIsRecounted();
                    away.add(new Away(live.copy(), stage.head(room)));
                }
            }
        } finally {
            subscription.unsubscribe();
        }
    }

    private static JsonNode json(Entry entry) {
        try {
            return JSON.readTree(entry.json());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** One command. Some are refused: the target was trimmed, was deleted, or is in a thread. */
    private void act() {
        var by = one(users);
        var what = messages.isEmpty() ? 0 : random.nextInt(10);
        if (what < 4) {
            var target = messages.isEmpty() || what == 0 ? null : one(messages);
            var place =
                    what == 1 ? Place.replyTo(target) : new Place(null, target, target != null && random.nextBoolean());
            tried(() -> stage.messages.send(by, room, content(), place, null).invoke(sent -> messages.add(sent.id())));
            return;
        }
        var target = one(messages);
        switch (what) {
            case 4 -> tried(() -> stage.messages.edit(by, room, target, content(), null));
            case 5 -> tried(() -> stage.messages.delete(by, room, target, null));
            case 6 -> tried(() -> stage.pins.pin(by, room, target, random.nextBoolean()));
            default -> tried(() -> stage.reactions.react(by, room, target, one(NAMES), random.nextInt(3) > 0));
        }
    }

    private Content content() {
        var mentions = random.nextInt(3) == 0 ? List.of(id(one(users)), "stranger") : null;
        return new Content("text " + random.nextInt(), mentions, random.nextInt(9) == 0 ? true : null, null, null);
    }

    private static void tried(Supplier<Uni<?>> command) {
        try {
            now(command.get());
        } catch (Refusal refusal) {
            var expected = Set.of("not_found", "forbidden", "bad_request");
            assertEquals(true, expected.contains(refusal.code().wire()), refusal.getMessage());
        }
    }

    /** Waits until all changes are told and all events have arrived. */
    private void settle() {
        if (redis.execute("ZLEXCOUNT", keys.of(room).index(), "[y", "(z").toLong() > 0) {
            messages.forEach(message -> now(untold.tell(room, message)));
        }
        var head = stage.head(room).seq();
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(() -> {
            for (var event = published.poll(); event != null; event = published.poll()) {
                last = event.path("seq").asLong();
                live.apply(event);
            }
            return last >= head && stage.head(room).seq() == last;
        });
    }

    private void resumedIsLive(Away away) {
        var resumed = away.had.copy();
        var position = away.position;
        while (true) {
            var page = now(log.read(room, position, 50, 1 << 20));
            var entries = page.entries();
            if (entries.isEmpty() || !entries.getFirst().id().equals(position)) {
                return; // the position was trimmed: the client gets a gap
            }
            entries.subList(1, entries.size()).forEach(entry -> resumed.apply(json(entry)));
            if (entries.size() == 1) {
                break;
            }
            position = entries.getLast().id();
        }
        assertEquals(live.from(1), resumed.from(1), "after a resume from " + away.position);
    }

    private void pageIsLive() {
        var shown = new Fold();
        var oldest = Long.MAX_VALUE;
        for (var event : stage.events(users.getFirst(), room)) {
            oldest = Math.min(oldest, event.path("seq").asLong());
            shown.apply(event);
        }
        assertEquals(live.from(oldest), shown.from(oldest), "on a page of " + PAGE);
    }

    /** Counts threads, mentions, pins and deletions again, from all messages that the log has. */
    private void indexIsRecounted() {
        var first = redis.stream(String.class).xrange(keys.of(room).log(), StreamRange.of("-", "+"), 1);
        var oldest = Long.parseLong(first.getFirst().id().split("-", 2)[0]);
        var expected = new TreeSet<String>();
        live.from(oldest).forEach((seq, message) -> {
            var author = Keys.escape(message.path("from").path("id").asText());
            if (message.has("thread") && !message.has("deleted")) {
                var root = message.path("thread").asText();
                expected.add("t%015d:%015d:%s".formatted(Long.parseLong(root.split("-", 2)[0]), seq, author));
            }
            message.path("mentions")
                    .forEach(user -> expected.add("m%s:%015d:%s".formatted(Keys.escape(user.asText()), seq, author)));
            if (message.has("mentionAll")) {
                expected.add("m*:%015d:%s".formatted(seq, author));
            }
            if (message.has("pinned")) {
                expected.add("p%015d".formatted(seq));
            }
            message.path("reactions")
                    .forEach(reaction -> reaction.path("users")
                            .forEach(user -> expected.add("r%015d:%s:%s"
                                    .formatted(
                                            seq,
                                            Keys.escape(reaction.path("name").asText()),
                                            Keys.escape(user.asText())))));
            if (message.has("deleted") && (!message.has("thread") || message.has("alsoInRoom"))) {
                expected.add("d%015d".formatted(message.path("n").asLong()));
            }
        });
        var stored = new TreeSet<String>();
        var found = redis.execute("ZRANGEBYLEX", keys.of(room).index(), "-", "+");
        for (int i = 0; i < found.size(); i++) {
            var entry = found.get(i).toString();
            if (!entry.isEmpty() && "tmprd".indexOf(entry.charAt(0)) >= 0) {
                stored.add(entry);
            }
        }
        assertEquals(expected, stored, "the index");
        live.from(oldest).forEach((seq, message) -> {
            var replies = expected.stream()
                    .filter(entry -> entry.startsWith("t%015d:".formatted(seq)))
                    .count();
            assertEquals(
                    replies,
                    Objects.requireNonNull(message)
                            .path("replies")
                            .path("count")
                            .asLong(),
                    "replies of " + seq);
        });
    }
}
