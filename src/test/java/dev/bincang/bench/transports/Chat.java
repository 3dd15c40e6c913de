package dev.bincang.bench.transports;

import dev.bincang.bench.Cpu;
import dev.bincang.bench.Pods;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One room and its members, over one transport. Open loop: a message is due at its time even if the previous one has
 * not arrived. Its latency counts from then and includes the way up.
 */
final class Chat implements AutoCloseable {
    private static final int TEXT = 128;
    /** The maximum of members that connect at once. */
    private static final int OPENING = 64;

    private static final Duration DRAIN = Duration.ofSeconds(10);

    final Net net;
    final Transport transport;
    final Line.Count down = new Line.Count();
    final Line.Count up = new Line.Count();
    long requests;
    long acknowledged;
    int ready;
    /** Sizes in bytes: a request for events, the head of an answer, and what precedes the text in a WebSocket frame. */
    int request;

    int answerHead;
    int framing;

    private final int port;
    private final List<Member> members = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private Histogram latency = histogram();
    private Histogram wake = histogram();
    private long said;
    private long delivered;
    private long due;
    private long lag;

    Chat(Net net, Transport transport, int port, List<String> tokens) {
        this.net = net;
        this.transport = transport;
        this.port = port;
        tokens.forEach(token -> members.add(transport.member(this, members.size(), token)));
    }

    Line line(Line.Count count, Line.Reader reader) {
        return new Line(net, port, count, reader);
    }

    /** Opens all members and waits for them. */
    void open(Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        int opened = 0;
        for (Member member : members) {
            int so = opened++;
            net.until(end, () -> so - ready < OPENING);
            member.open();
        }
        if (!net.until(end, () -> ready == members.size())) {
            trouble("only " + ready + " of " + members.size() + " came in");
        }
    }

    void rest(Duration length) throws IOException {
        net.until(System.nanoTime() + length.toNanos(), () -> false);
    }

    void warmUp(Duration length, int rate) throws IOException {
        due = System.nanoTime();
        publish(due + length.toNanos(), rate);
        drain();
    }

    /** Counts the traffic from now on, and the server's work for it. */
    private record At(long time, long in, long out, long requests, long delivered, Cpu pod, double ours) {}

    /** The figures of a window inside a longer load. */
    Cell measure(int rate, int roundTrip, Duration window, Pods pods) throws IOException {
        net.roundTrip(roundTrip);
        lag = 0;
        due = System.nanoTime();
        // as long as a poll's interval, so late arrivals at the start and at the end of the window balance
        long from = due + TimeUnit.SECONDS.toNanos(transport == Transport.POLL ? 2 : 1);
        long to = from + window.toNanos();
        publish(from, rate);
        latency = histogram();
        wake = histogram();
        Line.Count sending = new Line.Count();
        sending.in = up.in;
        sending.out = up.out;
        long before = said;
        At start = at(pods);
        publish(to, rate);
        At end = at(pods);
        Histogram measured = latency;
        Histogram woken = wake;
        latency = histogram();
        wake = histogram();
        Cell cell = new Cell(
                transport,
                rate,
                roundTrip,
                end.delivered - start.delivered,
                end.in - start.in,
                end.out - start.out,
                end.requests - start.requests,
                (up.in - sending.in) / (double) (said - before),
                (up.out - sending.out) / (double) (said - before),
                measured.getValueAtPercentile(50) / 1e6,
                measured.getValueAtPercentile(99) / 1e6,
                woken.getValueAtPercentile(50) / 1e6,
                lag / 1e6,
                end.pod.since(start.pod).processes(),
                (end.ours - start.ours) / ((end.time - start.time) / 1e9),
                (end.pod.since(start.pod).machine() - end.pod.since(start.pod).processes() - end.ours + start.ours)
                        / ((end.time - start.time) / 1e9));
        drain();
        net.roundTrip(0);
        return cell;
    }

    private At at(Pods pods) throws IOException {
        return new At(
                System.nanoTime(),
                down.in + up.in,
                down.out + up.out,
                requests,
                delivered,
                Cpu.of(pods.pids()),
                Cpu.of(pods.redisPid(), ProcessHandle.current().pid()).processes());
    }

    /** The members take turns, each at most once a second, so there is one member for each message per second. */
    private void publish(long until, int rate) throws IOException {
        while (due < until) {
            net.until(due, () -> false);
            lag = Math.max(lag, System.nanoTime() - due);
            long message = said++;
            StringBuilder text =
                    new StringBuilder(TEXT).append("@@").append(due).append("@@");
            text.repeat('x', TEXT - text.length());
            members.get((int) (message % Math.min(members.size(), rate)))
                    .say("{\"type\":\"send\",\"room\":\"" + Member.ROOM + "\",\"key\":\"" + key(message)
                            + "\",\"text\":\"" + text + "\",\"req\":" + message + "}");
            due += TimeUnit.SECONDS.toNanos(1) / rate;
        }
        net.until(until, () -> false);
    }

    /** The same length as in our JavaScript client. */
    private String key(long message) {
        return String.format("%-11s%011d", transport, message).replace(' ', '-').substring(0, 22);
    }

    private void drain() throws IOException {
        long expected = said * members.size();
        net.until(System.nanoTime() + DRAIN.toNanos(), () -> delivered == expected && acknowledged == said);
        rest(Duration.ofMillis(200));
        if (delivered != expected || acknowledged != said) {
            trouble(delivered + " of " + expected + " deliveries, " + acknowledged + " of " + said + " acknowledged");
        }
    }

    /**
     * A member has received a message.
     *
     * @param since when it was due
     * @param time when Redis appended it, in milliseconds of the same clock, rounded down
     */
    void delivered(long since, long time) {
        delivered++;
        record(latency, System.nanoTime() - since);
        record(wake, ChronoUnit.NANOS.between(Instant.ofEpochMilli(time), Instant.now()));
    }

    private static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, histogram.getHighestTrackableValue()));
    }

    private static Histogram histogram() {
        return new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    }

    /** Keeps the first few errors, because the others mostly follow from them. */
    void trouble(String what) {
        if (troubles.size() < 3) {
            troubles.add(transport.title + ": " + what.substring(0, Math.min(300, what.length())));
        }
    }

    List<String> troubles() {
        return troubles;
    }

    @Override
    public void close() {
        members.forEach(Member::close);
    }
}
