package dev.bincang.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Compares each message that a client reads with the previous ones: the room's {@code seq} rises by one, and so does
 * each publisher's number in the stamp. It continues after a reconnect: its position is what the client resumes from.
 */
final class Order {
    private static final byte[] STAMP = "@@".getBytes(UTF_8);
    private static final byte[] SEQ = "\"seq\":".getBytes(UTF_8);
    private static final byte[] ID = "\"id\":\"".getBytes(UTF_8);
    private static final int UNKNOWN = -1;

    private final int room;
    private final boolean stalls;
    private final int[] counts;
    private long lastSeq;
    private long lastTag;

    /**
     * {@code publishers}: the number of clients that publish in this room. Nothing is expected of a client that {@code
     * stalls}.
     */
    Order(int room, int publishers, boolean stalls) {
        this.room = room;
        this.stalls = stalls;
        this.counts = new int[publishers];
    }

    /** The id of the last event received. */
    String position() {
        return lastSeq + "-" + lastTag;
    }

    /** The number of the last event received. */
    long seq() {
        return lastSeq;
    }

    void startAfter(String id) {
        int dash = id.indexOf('-');
        lastSeq = Long.parseLong(id.substring(0, dash));
        lastTag = Long.parseLong(id.substring(dash + 1));
        if (lastSeq > 0) {
            forget();
        }
    }

    /** Each publisher may continue with any number: some of their messages went to others only, or were refused. */
    void forget() {
        Arrays.fill(counts, UNKNOWN);
    }

    /** The number of the event that the server's answer to a {@code send} names. */
    static long acknowledged(Scan scan) {
        scan.restart();
        return scan.past(ID) ? scan.number() : -1;
    }

    /** Checks the room's order, which every event shows. The id of an author must not be taken for the event's id. */
    void logged(Scan scan, Tally tally) {
        long seq = scan.past(SEQ) ? scan.number() : -1;
        numbered(seq, tally);
        scan.restart();
        while (scan.past(ID)) {
            if (scan.number() == seq) {
                lastTag = scan.number();
                return;
            }
        }
        tally.strays++;
        tally.note(scan.text());
    }

    /** Checks that this is the next event of the room. */
    void numbered(long seq, Tally tally) {
        if (seq != lastSeq + 1) {
            tally.note("seq " + seq + " after " + lastSeq + " in r" + room);
            if (seq <= lastSeq) {
                tally.twice++;
            } else {
                tally.holes++;
            }
        }
        lastSeq = Math.max(lastSeq, seq);
    }

    /** Checks each publisher's order, and when the message was due. */
    void message(Scan scan, Tally tally, long now) {
        scan.restart();
        long due = scan.past(STAMP) ? scan.number() : -1;
        long stampedRoom = scan.number();
        int publisher = (int) scan.number();
        int count = (int) scan.number();
        if (due < 0 || stampedRoom != room || publisher < 0 || publisher >= counts.length) {
            tally.strays++;
            tally.note(scan.text());
            return;
        }
        if (count <= counts[publisher]) {
            tally.twice++;
            tally.note("count " + count + " after " + counts[publisher] + " in r" + room);
            return;
        }
        if (counts[publisher] != UNKNOWN) {
            tally.holes += count - counts[publisher] - 1;
        }
        counts[publisher] = count;
        if (due >= tally.since && !stalls) {
            tally.delivered(due, now);
        }
    }
}
