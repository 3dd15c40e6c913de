package dev.bincang.hub;

import dev.bincang.hub.LoopHub.Reader;
import dev.bincang.log.ReadAccess.Pass;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client that moves its position as the protocol says, checks every frame against the model's log, and reads at a
 * random speed. It comes and goes. Each connection resumes where the last one ended.
 */
final class ModelClient implements Outlet, Reader {

    private static final Pattern EVENT = Pattern.compile("\\{\"e\":\"([^\"]+)\"(?:,\"t\":\"([^\"]+)\")?}");
    private static final Pattern SIGNAL = Pattern.compile("\\{\"signalAfter\":\"([^\"]+)\"}");
    private static final Pattern GAP = Pattern.compile("\"fromSeq\":(\\d+),\"toSeq\":(\\d+)");
    private static final Pattern RESET = Pattern.compile("\"from\":\"([^\"]+)\"");

    final Simulation world;
    final ModelLog log;
    final LoopHub hub;
    final RoomId room;
    final int outbox;
    final String user;

    @Nullable
    Subscription subscription;

    @Nullable
    Id position;

    boolean joining;
    int gaps;
    int resets;
    int restarts;

    @Nullable
    Id lastReset;

    int denials;
    int signals;

    private final ModelTexts texts;
    private final List<String> trace = new ArrayList<>();
    private Set<Id> seen = new HashSet<>();
    private long gapTo = -1;
    private int waiting;
    private final List<Runnable> drained = new ArrayList<>();

    ModelClient(Simulation world, ModelLog log, LoopHub hub, RoomId room, int outbox, String user) {
        this.world = world;
        this.log = log;
        this.hub = hub;
        this.room = room;
        this.outbox = outbox;
        this.user = user;
        texts = new ModelTexts(log, user, this::broken);
    }

    void join() {
        joining = true;
        seen = new HashSet<>();
        log.joins(user);
        trace.add("join " + position);
        hub.join(room, this, this, false, position, 0)
                .subscribe()
                .with(
                        joined -> {
                            if (position == null) {
                                position = joined.at().head();
                            }
                            subscription = joined.subscription();
                            joining = false;
                            joined.subscription().start();
                        },
                        _ -> joining = false);
    }

    void leave() {
        if (subscription != null) {
            subscription.close();
            left();
        }
    }

    private void left() {
        subscription = null;
        drained.clear(); // the outbox of a closed connection is lost
        waiting = 0;
        gapTo = -1;
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public Uni<Pass> pass(RoomId which) {
        misfortune();
        return log.pass(user);
    }

    /** Sometimes a call throws. This may cost nobody more than a pause. */
    private void misfortune() {
        if (world.chance(log.failing * 0.3)) {
            throw new IllegalStateException("simulated: out of memory");
        }
    }

    @Override
    public void denied(RoomId which) {
        trace.add("denied");
        denials++;
        left();
    }

    /** Reads what is waiting. */
    void read() {
        waiting = 0;
        var tasks = List.copyOf(drained);
        drained.clear();
        tasks.forEach(task -> hub.loop().execute(task));
    }

    @Override
    public boolean writable() {
        return waiting < outbox;
    }

    @Override
    public void write(Batch batch) {
        misfortune();
        for (var frame : batch.frames()) {
            waiting++;
            received(new String(frame, StandardCharsets.US_ASCII));
        }
    }

    @Override
    public void flush() {
        misfortune();
    }

    @Override
    public void caughtUp() {
        misfortune();
    }

    @Override
    public void whenDrained(Runnable then) {
        misfortune();
        drained.add(then);
    }

    private void received(String frame) {
        trace.add(frame);
        var signal = SIGNAL.matcher(frame);
        if (signal.matches()) {
            signal(Id.parse(signal.group(1)));
        } else if (frame.startsWith("{\"type\":\"gap\"")) {
            gap(frame);
        } else if (frame.startsWith("{\"type\":\"reset\"")) {
            reset(frame);
        } else {
            var match = EVENT.matcher(frame);
            if (!match.matches()) {
                broken("no event");
            }
            var id = Id.parse(match.group(1));
            event(id);
            texts.told(id, match.group(2) == null ? "" : match.group(2));
        }
    }

    private void event(Id id) {
        var expected = log.predecessor.get(id);
        if (gapTo >= 0) {
            if (expected == null || expected.seq() != gapTo) {
                broken("does not follow the gap");
            }
        } else if (!expected.equals(position)) {
            broken("follows " + expected + ", not " + position);
        }
        gapTo = -1;
        if (!log.couldRead(user, id)) {
            broken("was not for this user: " + user);
        }
        if (!seen.add(id)) {
            broken("came twice");
        }
        position = id;
    }

    private void signal(Id after) {
        signals++;
        if (subscription == null || (gapTo < 0 && !log.mayHear(user, position))) {
            broken("a signal for somebody who may not read");
        }
        if (Math.max(position.seq(), gapTo) < after.seq()) {
            broken("a signal in front of the events before it");
        }
    }

    private void gap(String frame) {
        var match = GAP.matcher(frame);
        if (!match.find()) {
            broken("no gap");
        }
        gaps++;
        var at = gapTo >= 0 ? gapTo : position.seq();
        if (Long.parseLong(match.group(1)) != at + 1 || !log.mayBeMissing(user, Long.parseLong(match.group(2)))) {
            broken("a gap of what is not gone");
        }
        gapTo = Long.parseLong(match.group(2));
    }

    private void reset(String frame) {
        var match = RESET.matcher(frame);
        if (!match.find()) {
            broken("no reset");
        }
        resets++;
        var from = Id.parse(match.group(1));
        lastReset = from;
        if (from.seq() > Math.max(position.seq(), gapTo)) {
            broken("reset to what it has not seen");
        }
        // After a gap, nobody knows whether the events before it are still in the log's history.
        if (gapTo < 0 && from.seq() <= position.seq() && !log.descends(position, from)) {
            broken("reset to what is not a part of its history");
        }
        if (from.equals(Id.ZERO) && !position.equals(Id.ZERO)) {
            restarts++;
        }
        gapTo = -1;
        seen.removeIf(id -> id.seq() > from.seq());
        texts.reset();
        position = from;
    }

    boolean atEnd() {
        if (!log.mayRead(user)) {
            return subscription == null;
        }
        return subscription != null && (gapTo >= 0 ? gapTo == log.head.seq() : log.head.equals(position));
    }

    ModelTexts texts() {
        return texts;
    }

    /** At the end the client must be where the log is. */
    void checkEnd() {
        if (!atEnd()) {
            broken("ends at " + position + " (gap to " + gapTo + "), the log at " + log.head + ", " + subscription
                    + ", joining " + joining);
        }
    }

    private void broken(String why) {
        throw world.broken(why + "\n" + String.join("\n", trace));
    }
}
