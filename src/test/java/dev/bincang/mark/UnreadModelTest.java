package dev.bincang.mark;

import static dev.bincang.mark.MarkStage.id;
import static dev.bincang.mark.MarkStage.now;
import static dev.bincang.mark.MarkStage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.message.Content;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Plays seeded random sequences of what members do in a room. After each step, what the server says is unread equals a
 * count from scratch: each message in the log after the mark that was not deleted, one by one.
 */
@QuarkusTest
class UnreadModelTest {

    private static final int SEQUENCES = 500;
    private static final int STEPS = 28;

    @Inject
    MarkStage stage;

    @Test
    void unreadIsWhatACountFromScratchFinds() {
        for (int seed = 1; seed <= SEQUENCES; seed++) {
            var model = new Model(seed);
            for (int step = 0; step < STEPS; step++) {
                var did = model.step();
                model.check(
                        model.random.nextInt(model.users.size()), "seed " + model.seed + " step " + step + ": " + did);
            }
            for (int i = 0; i < model.users.size(); i++) {
                model.check(i, "seed " + seed + " at its end");
            }
        }
    }

    /** An event that the model has seen. */
    private record Seen(Id id, String author, boolean message) {}

    /** A mention of a user, or of all if {@code whom} is a star. */
    private record Mention(String whom, long seq, Actor author) {}

    /** A room, as somebody who writes down each event would know it. */
    private final class Model {
        private final long seed;
        private final Random random;
        private final List<Actor> users = List.of(user("owner"), user("ana"), user("ben"), user("cem"));
        private final RoomId room;
        private final List<Seen> events = new ArrayList<>();
        private final List<Id> deleted = new ArrayList<>();
        private final List<Mention> mentions = new ArrayList<>();
        private final Map<Actor, Long> marks = new HashMap<>();
        private final Map<Actor, Long> receipts = new HashMap<>();
        private final Map<Actor, Long> since = new HashMap<>();

        Model(long seed) {
            this.seed = seed;
            random = new Random(seed);
            room = stage.room(users.getFirst(), null, 1L + random.nextInt(6));
            noted(users.getFirst(), false);
            joined(users.getFirst());
        }

        private long seq() {
            return events.size();
        }

        /** Writes down the newest event if there is a new one. */
        private void noted(Actor author, boolean message) {
            var head = stage.head(room);
            if (head.seq() > seq()) {
                assertEquals(seq() + 1, head.seq());
                events.add(new Seen(head, author.key(), message));
            }
        }

        private void joined(Actor user) {
            since.put(user, seq());
            marks.put(user, seq());
            receipts.put(user, seq());
        }

        private boolean isIn(Actor user) {
            return marks.containsKey(user);
        }

        private long low() {
            var first = stage.redis.execute("XRANGE", stage.keys.of(room).log(), "-", "+", "COUNT", "1");
            var id = first.get(0).get(0).toString();
            return Id.parse(id).seq() - 1;
        }

        /** Does something at random, and returns what it was. */
        String step() {
            var user = users.get(random.nextInt(users.size()));
            return switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> send(user);
                case 4 -> amend(user, true);
                case 5 -> amend(user, false);
                case 6, 7 -> read(user);
                case 8 -> unread(user);
                case 9 -> comeOrGo(user);
                case 10 -> mention(user);
                default -> trim();
            };
        }

        private String send(Actor user) {
            stage.send(user, room);
            noted(user, true);
            if (isIn(user)) {
                marks.put(user, seq());
                receipts.put(user, seq());
            }
            return user.key() + " sends " + seq();
        }

        private String amend(Actor user, boolean delete) {
            var low = low();
            var mine = events.stream()
                    .filter(event -> event.message
                            && event.author.equals(user.key())
                            && event.id.seq() > low
                            && !deleted.contains(event.id))
                    .toList();
            if (mine.isEmpty()) {
                return "nothing";
            }
            var target = mine.get(random.nextInt(mine.size())).id;
            now(
                    delete
                            ? stage.messages.delete(user, room, target, null)
                            : stage.messages.edit(user, room, target, Content.of("ho"), null));
            noted(user, false);
            if (delete) {
                deleted.add(target);
            }
            return user.key() + (delete ? " deletes " : " edits ") + target;
        }

        private long any() {
            return 1L + random.nextInt((int) seq());
        }

        private String read(Actor user) {
            if (!isIn(user)) {
                return "nothing";
            }
            var wanted = any();
            var upTo = Math.max(wanted, low() + 1);
            now(stage.marks.read(user, room, events.get((int) wanted - 1).id, null));
            marks.merge(user, upTo, Math::max);
            receipts.merge(user, upTo, Math::max);
            return user.key() + " reads " + wanted;
        }

        private String unread(Actor user) {
            if (!isIn(user)) {
                return "nothing";
            }
            var wanted = any();
            var from = Math.max(wanted, low() + 1);
            now(stage.marks.unread(user, room, events.get((int) wanted - 1).id));
            var start = since.getOrDefault(user, 0L);
            marks.merge(user, Math.max(start, from - 1), Math::min);
            return user.key() + " unreads " + wanted;
        }

        private String comeOrGo(Actor user) {
            if (user.equals(users.getFirst())) {
                return "nothing";
            }
            var in = isIn(user);
            now(
                    in
                            ? stage.members.remove(user, room, id(user), "")
                            : stage.members.add(user, room, id(user)).replaceWithVoid());
            noted(user, false);
            if (in) {
                List.of(marks, receipts, since).forEach(map -> map.remove(user));
            } else {
                joined(user);
            }
            return user.key() + (in ? " goes" : " comes");
        }

        private String mention(Actor author) {
            var whom = random.nextInt(3) == 0
                    ? "*"
                    : users.get(random.nextInt(users.size())).key();
            var mention = new Mention(whom, any(), author);
            if (mentions.contains(mention)) {
                return "nothing";
            }
            stage.mention(room, whom, mention.seq, author);
            mentions.add(mention);
            return "mention " + mention;
        }

        private String trim() {
            now(stage.log.sweep(room));
            return "trim";
        }

        void check(int which, String what) {
            var user = users.get(which);
            var stored = stage.redis.hash(String.class).hget(stage.keys.of(room).marks(), user.key());
            if (!isIn(user)) {
                assertEquals(null, stored, what);
                return;
            }
            var mark = marks.getOrDefault(user, 0L);
            var low = low();
            var unread = events.stream()
                    .filter(event -> event.message
                            && event.id.seq() > mark
                            && event.id.seq() > low
                            && !deleted.contains(event.id))
                    .count();
            var mentioned = mentions.stream()
                    .filter(one -> one.seq > mark
                            && (one.whom.equals("*") || one.whom.equals(user.key()))
                            && !one.author.equals(user))
                    .count();
            var told = stage.mine(user, room);
            assertEquals(
                    List.of(mark, unread, mentioned), List.of(told.mark().seq(), told.unread(), told.mentions()), what);
            assertEquals(
                    receipts.get(user),
                    Id.parse(Arrays.asList(stored.split(" ", -1)).get(2)).seq(),
                    what);
        }
    }
}
