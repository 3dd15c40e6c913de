package dev.bincang.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The result of one window of messages. Latency counts from when a message was due, not from when it was sent. */
final class Tally {
    final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    final Histogram lag = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    final Map<String, Integer> codes = new TreeMap<>();
    final long since;
    long sent;
    long unsent;
    long acknowledged;
    long expected;
    long delivered;
    long longestLag;
    long twice;
    long holes;
    long strays;
    long gaps;
    long refused;
    int closed;
    private String first = "";
    private String firstLoss = "";

    /** Messages due before {@code since} (nanoseconds of {@link System#nanoTime}) belong to an earlier window. */
    Tally(long since) {
        this.since = since;
    }

    void delivered(long due, long now) {
        delivered++;
        latency.recordValue(Math.clamp(now - due, 0, latency.getHighestTrackableValue()));
    }

    /** A message left this generator so many nanoseconds after it was due. */
    void sentLate(long nanos) {
        longestLag = Math.max(longestLag, nanos);
        lag.recordValue(Math.clamp(nanos, 0, lag.getHighestTrackableValue()));
    }

    /** The server refused a command with this code. */
    void refused(String code, String frame) {
        refused++;
        codes.merge(code, 1, Integer::sum);
        note(frame);
    }

    boolean complete() {
        return delivered >= expected;
    }

    /** Keeps only the text of the first error, because the others mostly follow from it. */
    void note(String what) {
        first = first.isEmpty() ? what.substring(0, Math.min(300, what.length())) : first;
    }

    void lost(String why) {
        closed++;
        firstLoss = firstLoss.isEmpty() ? why.substring(0, Math.min(300, why.length())) : firstLoss;
    }

    double percentile(double percent) {
        return latency.getValueAtPercentile(percent) / 1e6;
    }

    /** Why this window is not a complete delivery in order; empty if it is. */
    List<String> troubles(int mayClose) {
        List<String> troubles = new ArrayList<>();
        say(troubles, expected - delivered, "deliveries missing of " + expected);
        say(troubles, unsent, "messages not sent");
        say(troubles, twice, "twice or out of order");
        say(troubles, holes, "holes in an order");
        say(troubles, strays, "frames astray");
        say(troubles, gaps, "gap or reset");
        say(troubles, refused, "commands refused");
        say(troubles, Math.max(0, closed - mayClose), "connections lost");
        if (!troubles.isEmpty() && !first.isEmpty()) {
            troubles.add("first " + first);
        }
        if (closed > mayClose) {
            troubles.add("first " + firstLoss);
        }
        return troubles;
    }

    private static void say(List<String> troubles, long count, String what) {
        if (count != 0) {
            troubles.add(count + " " + what);
        }
    }
}
