package dev.bincang.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The load generator: thousands of connections on the calling thread. Open loop: a message is due at its time even if
 * the previous one has not arrived, so a stalling server cannot hide its delay. Connections, rate and time are bounded.
 */
public final class Load implements AutoCloseable {
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final int OPENING = 128;
    private static final int OPENING_PER_SECOND = 2_000;

    final Dialect dialect;
    final Selector selector = Selector.open();
    final ByteBuffer in = Wire.sharedBuffer();
    final ByteBuffer out = Wire.sharedBuffer();
    final Scan scan = new Scan();
    long now = System.nanoTime();
    Tally tally = new Tally(now);

    private final Plan plan;
    private final Client[] members;
    private final Client[] publishers;
    private final int[] ports;
    private final List<String> earlier = new ArrayList<>();
    private Watcher watcher = Watcher.NOBODY;
    private int opening;
    private int ready;

    /**
     * Member i is in room i % rooms, and publisher k writes to room k % rooms. The publishers are the first members, or
     * ({@code apart}) connections of their own on the last port that join no room, while all members are on the first
     * port.
     *
     * @param rate messages per second of all publishers
     * @param text characters of a message
     * @param stalling the number of members, the last ones, that stop reading on {@link #stall}
     */
    public record Plan(int members, int rooms, int publishers, int rate, int text, int stalling, boolean apart) {
        /** Messages per second of one publisher. The server's limits allow a user twice as many. */
        static final int MOST_EACH = 10;

        public Plan {
            if (members > 28_000 || rate > MOST_EACH * publishers || text > 4_000) {
                throw new IllegalArgumentException(
                        "too much: one address has 28,000 ports, one connection 10 messages/s");
            }
        }

        Plan(int members, int rooms, int publishers, int rate, int text) {
            this(members, rooms, publishers, rate, text, 0, false);
        }
    }

    Load(Plan plan, Dialect dialect, int... ports) throws IOException {
        this.plan = plan;
        this.dialect = dialect;
        this.ports = ports;
        members = new Client[plan.members()];
        for (int i = 0; i < members.length; i++) {
            members[i] = client(i, true, i >= members.length - plan.stalling());
        }
        publishers = new Client[plan.publishers()];
        for (int k = 0; k < publishers.length; k++) {
            publishers[k] = plan.apart() ? client(members.length + k, false, false) : members[k];
        }
    }

    private Client client(int number, boolean joins, boolean stalls) {
        int room = joins ? number % plan.rooms() : (number - plan.members()) % plan.rooms();
        int inRoom = (plan.publishers() - room + plan.rooms() - 1) / plan.rooms();
        return new Client(this, number, room, joins, stalls, Math.max(0, inRoom));
    }

    /** Opens all connections, a few at a time. Every room is spread over all ports. */
    void open(Duration limit) throws IOException {
        long start = System.nanoTime();
        int all = members.length + (plan.apart() ? publishers.length : 0);
        for (int i = 0; i < all; i++) {
            long turn = start + (long) i * 1_000_000_000 / OPENING_PER_SECOND;
            until(turn, () -> false);
            until(start + limit.toNanos(), () -> opening < OPENING);
            opening++;
            if (i >= members.length) {
                publishers[i - members.length].connect(ports[ports.length - 1]);
            } else {
                members[i].connect(plan.apart() ? ports[0] : port(i, 0));
            }
        }
        if (!until(start + limit.toNanos(), () -> opening == 0) || ready != all) {
            throw new IllegalStateException(ready + " of " + all + " connections ready; " + tally.troubles(0));
        }
    }

    /** Every room is spread over all ports. Each attempt of a member goes to the next port. */
    private int port(int member, int attempt) {
        return ports[(member / plan.rooms() + member % plan.rooms() + attempt) % ports.length];
    }

    /** Connects a member that is not connected. */
    void connect(int member, int attempt) throws IOException {
        opening++;
        members[member].connect(port(member, attempt));
    }

    List<Client> members() {
        return List.of(members);
    }

    void watch(Watcher by) {
        watcher = by;
    }

    /** Connects all disconnected members at once. Returns false if not all get a welcome in time. */
    boolean comeBack(int port, Duration limit) throws IOException {
        int all = members.length + publishers.length;
        for (Client member : members) {
            if (member.state() == Client.State.AWAY) {
                opening++;
                member.connect(port);
            }
        }
        return until(System.nanoTime() + limit.toNanos(), () -> ready == all);
    }

    void stall() {
        for (Client member : members) {
            member.stall();
        }
    }

    /** Starts a new window. Earlier messages do not count any more, but earlier errors stay. */
    Tally begin() {
        earlier.addAll(tally.troubles(0));
        now = System.nanoTime();
        tally = new Tally(now);
        return tally;
    }

    /**
     * Load before the measurement, as fast as the publishers may send. Otherwise the measurement would include the JIT
     * compiler. Waits until the machine has calmed down.
     */
    void warmUp(Duration length) throws IOException {
        begin();
        int rate = Math.min(Plan.MOST_EACH * publishers.length, 100_000 / Math.max(1, members.length / plan.rooms()));
        publish(length, Math.max(rate, plan.rate()));
        drain(DRAIN);
        rest(Duration.ofSeconds(1));
    }

    /**
     * Runs a window of this length: publishes, waits until everything has arrived, and a little longer for duplicates.
     */
    Tally window(Duration length) throws IOException {
        return window(length, plan.rate());
    }

    Tally window(Duration length, int rate) throws IOException {
        Tally window = begin();
        publish(length, rate);
        drain(DRAIN);
        rest(Duration.ofMillis(200));
        return window;
    }

    void publish(Duration length) throws IOException {
        publish(length, plan.rate());
    }

    void publish(Duration length, int rate) throws IOException {
        if (rate > Plan.MOST_EACH * publishers.length) {
            throw new IllegalArgumentException("too much: " + rate + " messages/s");
        }
        long start = System.nanoTime();
        int messages = (int) (rate * length.toMillis() / 1000);
        for (int i = 0; i < messages; i++) {
            long due = start + (long) i * 1_000_000_000 / rate;
            until(due, () -> false);
            tally.expected += readers(i % publishers.length % plan.rooms());
            publish(i, due);
        }
    }

    private void publish(int message, long due) {
        int publisher = message % publishers.length;
        tally.sentLate(System.nanoTime() - due);
        publishers[publisher].publish(due, publisher / plan.rooms(), plan.text());
    }

    /** Publishes if the publisher whose turn it is was welcomed. Returns whether it was. */
    boolean publishIfReady(int message, long due) {
        boolean is = publishers[message % publishers.length].state() == Client.State.READY;
        if (is) {
            publish(message, due);
        }
        return is;
    }

    /** Disconnected members are counted too: they must get the message when they return. */
    private int readers(int room) {
        return (members.length - plan.stalling() - room + plan.rooms() - 1) / plan.rooms();
    }

    boolean drain(Duration limit) throws IOException {
        return until(System.nanoTime() + limit.toNanos(), () -> tally.complete());
    }

    /** Keeps reading and answering pings. */
    void rest(Duration length) throws IOException {
        until(System.nanoTime() + length.toNanos(), () -> false);
    }

    /** The member's room has an event with this number. */
    void stored(Client member, long seq) {
        watcher.stored(member, seq);
    }

    boolean until(Duration limit, BooleanSupplier done) throws IOException {
        return until(System.nanoTime() + limit.toNanos(), done);
    }

    boolean until(long end, BooleanSupplier done) throws IOException {
        while (!done.getAsBoolean()) {
            long left = end - System.nanoTime();
            turn(left);
            if (left <= 0) {
                return done.getAsBoolean();
            }
        }
        return true;
    }

    /** Selecting waits only whole milliseconds. The rest is slept in short steps, so that no message is late. */
    private void turn(long nanos) throws IOException {
        if (nanos >= 1_000_000) {
            selector.select(this::ready, Math.min(nanos / 1_000_000, 100));
        } else {
            LockSupport.parkNanos(Math.clamp(nanos, 0, 100_000));
            selector.selectNow(this::ready);
        }
    }

    private void ready(SelectionKey key) {
        ((Client) key.attachment()).ready(key);
    }

    /** All errors since the first connection. This number of messages may be lost in the last window. */
    List<String> troubles(int mayClose) {
        List<String> troubles = new ArrayList<>();
        earlier.forEach(trouble -> troubles.add(trouble + " (before the measured window)"));
        troubles.addAll(tally.troubles(mayClose));
        return troubles;
    }

    int opening() {
        return opening;
    }

    int connected() {
        return ready;
    }

    void greeted(Client client) {
        opening--;
        ready++;
        watcher.welcomed(client);
    }

    void lost(Client client, boolean wasReady, String why, String detail) {
        if (wasReady) {
            ready--;
        } else {
            opening--;
        }
        tally.lost("connection " + client.number() + " in r" + client.room() + ": " + why + " " + detail);
        watcher.lost(client, why);
    }

    @Override
    public void close() throws IOException {
        for (Client member : members) {
            member.leave();
        }
        for (Client publisher : publishers) {
            publisher.leave();
        }
        selector.close();
    }
}
