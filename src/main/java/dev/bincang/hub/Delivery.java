package dev.bincang.hub;

import dev.bincang.hub.LoopHub.Reader;
import dev.bincang.log.Entry;
import dev.bincang.log.ReadAccess.Pass;
import dev.bincang.log.Verdict;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to one subscription while it is not live, and keeps its position. The position moves only past frames
 * that were written. The reader gets nothing after the event that ends their access. Used on its loop only.
 */
final class Delivery {

    private final Audience audience;
    private final Outlet outlet;
    private final Reader reader;
    private Id position;
    /** The latest access check takes in all changes of the reader's rights up to this seq. */
    private long settledTo;

    /** By the latest access check, the reader may not read this event or any before it. */
    private Id from;

    private boolean doubted;
    /** Numbers the access checks. Only the answer to the latest check counts. */
    private int asked;

    /** @param pass the access check that admitted the reader */
    Delivery(Audience audience, Outlet outlet, Reader reader, Pass pass, Id position) {
        this.audience = audience;
        this.outlet = outlet;
        this.reader = reader;
        this.position = position;
        settledTo = pass.head().seq();
        from = from(pass);
    }

    private static Id from(Pass pass) {
        var from = pass.from();
        return from == null ? Id.ZERO : from;
    }

    Outlet outlet() {
        return outlet;
    }

    Id position() {
        return position;
    }

    /** The audience has written up to {@code to}. */
    void moved(Id to) {
        position = to;
    }

    enum Outcome {
        WRITTEN,
        /** The connection accepted nothing. The position has not moved. */
        FAILED,
        /** The events were written, and the last one ended the reader's access. */
        DENIED
    }

    /** Writes events that follow the position, up to and including the first that may end the reader's access. */
    Outcome events(List<Entry> page) {
        var part = upToAccessChange(page);
        if (part.isEmpty()) {
            return Outcome.WRITTEN;
        }
        if (!write(part.stream().map(Entry::json).toList(), part.getLast().id())) {
            return Outcome.FAILED;
        }
        audience.counters().delivered.add(part.size());
        return endsWith(part.getLast()) ? Outcome.DENIED : Outcome.WRITTEN;
    }

    /** Writes a gap frame. The access is checked again if one of the lost events could have changed it. */
    Outcome gap(long fromSeq, Id to) {
        doubt(to.seq());
        audience.counters().gaps.increment();
        var gap = new Frame.Gap(audience.room(), fromSeq, to.seq(), to);
        return write(List.of(Codec.encode(gap)), to) ? Outcome.WRITTEN : Outcome.FAILED;
    }

    /** Writes a reset frame: everything that was written after {@code from} is void. */
    Outcome reset(Id from, Id head) {
        audience.counters().resets.increment();
        var reset = new Frame.Reset(audience.room(), from, head);
        return write(List.of(Codec.encode(reset)), from) ? Outcome.WRITTEN : Outcome.FAILED;
    }

    /** Writes the signals of the last seconds that the reader may read, if the connection wants them. */
    void recentSignals() {
        if (outlet.wantsRecentSignals() && outlet.writable()) {
            var some = audience.feed().recent().since(from, System.nanoTime());
            var batch = Outlet.Batch.ofSignals(some);
            audience.counters().signalsDelivered.add(batch.writtenTo(outlet) ? some.size() : 0);
            batch.done();
        }
    }

    private boolean write(List<byte[]> frames, Id then) {
        var batch = new Outlet.Batch(frames);
        var written = batch.writtenTo(outlet);
        batch.done();
        if (written) {
            position = then;
            Hub.guarded("a flush", outlet::flush); // if this fails, the next flush sends it
        }
        return written;
    }

    // ---- the reader's access

    Reader reader() {
        return reader;
    }

    private boolean mayEndHere(Entry entry) {
        return entry.mayChangeAccess() && entry.id().seq() > settledTo && entry.mayChangeAccess(reader.user());
    }

    /** Returns the events up to and including the first that may end the reader's access. */
    List<Entry> upToAccessChange(List<Entry> page) {
        for (int i = 0; i < page.size(); i++) {
            if (mayEndHere(page.get(i))) {
                return page.subList(0, i + 1);
            }
        }
        return page;
    }

    /** Whether this written event ends the reader's access. If it only might, marks the reader for a new check. */
    boolean endsWith(Entry written) {
        var mayEnd = mayEndHere(written);
        var out = mayEnd && written.kind().equals(Entry.OUT);
        doubted |= mayEnd && !out;
        return out;
    }

    /**
     * Returns what to write next. If the position is before the point from which the reader may read, that is a gap up
     * to this point; otherwise, and for a planned reset, it is {@code planned}. The gap occurs when a member left and
     * came back, in a room where newcomers do not see earlier messages.
     *
     * @param planned what would be written next, or null
     */
    @Nullable
    Verdict allowed(@Nullable Verdict planned) {
        return position.seq() < from.seq() && !(planned instanceof Verdict.Reset)
                ? new Verdict.Gap(position.seq() + 1, from, List.of())
                : planned;
    }

    /** Marks the reader for a new access check, before anything more is written. */
    void doubt() {
        doubted = true;
    }

    /** As {@link #doubt()}, if events up to this seq are lost and the latest check does not take in all of them. */
    void doubt(long goneTo) {
        doubted |= goneTo > settledTo;
    }

    boolean doubted() {
        return doubted;
    }

    /** Ignores the answer to an access check that is still under way. */
    void end() {
        asked++;
    }

    /**
     * Checks the reader's access. One of the three tasks runs, on the loop. None runs if a newer check or an
     * {@link #end} comes first.
     *
     * @param mayNot runs if the check fails with an error that a retry does not cure
     * @param unknown runs after any other failure
     */
    void ask(Runnable may, Runnable mayNot, Runnable unknown) {
        var number = ++asked;
        audience.ask(
                reader,
                pass -> {
                    if (number == asked) {
                        settledTo = pass.head().seq();
                        from = from(pass);
                        doubted = false;
                        may.run();
                    }
                },
                failure -> {
                    if (number == asked) {
                        var refused = failure instanceof Refusal refusal
                                && !refusal.code().retry();
                        (refused ? mayNot : unknown).run();
                    }
                });
    }
}
