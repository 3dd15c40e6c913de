package dev.bincang.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Connects the members of a load, and measures the time until the welcome. A member that was refused or lost tries
 * again after one second, at the next pod, like a real client; one that was moved tries again at once. Counts the
 * reasons.
 */
final class Entrance implements Watcher {
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final int AT_ONCE = 32;
    private static final String MOVED = "closed with 42";
    private static final long CALM = TimeUnit.MILLISECONDS.toNanos(500);

    private record Attempt(int member, int number, long at) {}

    private final Load load;
    private final List<Client> members;
    private final long[] due;
    private final int[] attempts;
    private final long[] stored;
    private final Queue<Attempt> returning = new PriorityQueue<>(Comparator.comparingLong(Attempt::at));
    private final Map<String, Integer> refusals = new TreeMap<>();
    private final Histogram welcomes = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    private int moved;
    private long acknowledged;

    Entrance(Load load) {
        this.load = load;
        members = load.members();
        due = new long[members.size()];
        attempts = new int[members.size()];
        stored = new long[members.size()];
        load.watch(this);
    }

    /** Connects a member for the first time. The time until its welcome counts from {@code when}. */
    void enter(int member, long when) throws IOException {
        due[member] = when;
        load.connect(member, 0);
    }

    /** Connects all members, a few at a time. Returns false if not all get a welcome in time. */
    boolean open(Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        for (int member = 0; member < due.length; member++) {
            until(end, () -> load.opening() < AT_ONCE);
            enter(member, System.nanoTime());
        }
        return until(end, this::complete);
    }

    private boolean complete() {
        return load.connected() == due.length;
    }

    @Override
    public void welcomed(Client client) {
        long since = due[client.number()];
        if (since != 0) {
            welcomes.recordValue(Math.clamp(System.nanoTime() - since, 0, welcomes.getHighestTrackableValue()));
            due[client.number()] = 0;
        }
    }

    @Override
    public void lost(Client client, String why) {
        boolean is = why.startsWith(MOVED);
        if (is) {
            moved++;
        } else {
            refusals.merge(why, 1, Integer::sum);
        }
        int member = client.number();
        returning.add(new Attempt(member, ++attempts[member], System.nanoTime() + (is ? 0 : PAUSE)));
    }

    @Override
    public void stored(Client client, long seq) {
        acknowledged++;
        stored[client.room()] = Math.max(stored[client.room()], seq);
    }

    /** How often a connection was refused or lost. */
    int refused() {
        return refusals.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How often the server moved a connection to another pod. */
    int moved() {
        return moved;
    }

    /** How often a connection was refused or lost, for which reason. */
    String reasons() {
        StringJoiner reasons = new StringJoiner(", ");
        refusals.forEach((why, count) -> reasons.add(count + " × " + why));
        return reasons.toString();
    }

    /** Seconds until the welcome, also for members that tried several times. */
    double welcome(double percent) {
        return welcomes.getValueAtPercentile(percent) / 1e9;
    }

    /** Runs the load until the end, or until it is done. Members return meanwhile. */
    boolean until(long end, BooleanSupplier done) throws IOException {
        while (!done.getAsBoolean() && System.nanoTime() < end) {
            while (!returning.isEmpty() && returning.element().at <= System.nanoTime()) {
                Attempt attempt = returning.remove();
                load.connect(attempt.member, attempt.number);
            }
            int waiting = returning.size();
            long next = returning.isEmpty() ? end : Math.min(end, returning.element().at);
            load.until(next, () -> done.getAsBoolean() || returning.size() != waiting); // one more may be due earlier
        }
        return done.getAsBoolean();
    }

    /**
     * Waits until all members are connected and nothing arrives any more. Returns false if that takes longer. The next
     * window does not count what was lost before.
     */
    boolean recover(Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        boolean all = until(end, this::complete);
        long before = -1;
        for (long seen = seen(); seen != before; seen = seen()) {
            if (System.nanoTime() > end) {
                return false;
            }
            before = seen;
            until(System.nanoTime() + CALM, () -> false);
        }
        members.forEach(member -> member.order().forget());
        return all && behind() == 0 && complete();
    }

    private long seen() {
        return acknowledged
                + members.stream().mapToLong(member -> member.order().seq()).sum();
    }

    /** The number of deliveries of acknowledged messages that have not arrived. */
    long behind() {
        return members.stream()
                .mapToLong(member ->
                        Math.max(0, stored[member.room()] - member.order().seq()))
                .sum();
    }
}
