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
 * Writes what one subscription gets while it is not live, and keeps its position: it moves only by what could be written,
 * and the reader gets nothing behind the event that ends their access. Used on its loop only.
 */
final class Delivery {

    private final Audience audience;
    private final Outlet outlet;
    private final Reader reader;
    private Id position;
    /** What happened to the reader's rights up to this seq is in the answer we have. */
    private long settledTo;

    /** Nothing up to here may be read, as was last asked. */
    private Id from;

    private boolean doubted;
    /** Numbers the questions: only the latest answer counts. */
    private int asked;

    /** @param pass with which they may read */
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

    /** Somebody else has written up to there. */
    void moved(Id to) {
        position = to;
    }

    enum Outcome {
        WRITTEN,
        /** The connection took nothing: the position is where it was. */
        FAILED,
        /** It was written, and its last event ended the reader's access. */
        DENIED
    }

    /** Events that follow the position, as far as they may be read for sure. */
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

    /** Events are gone; who may read has to be asked again if one of them could have changed it. */
    Outcome gap(long fromSeq, Id to) {
        doubt(to.seq());
        audience.counters().gaps.increment();
        var gap = new Frame.Gap(audience.room(), fromSeq, to.seq(), to);
        return write(List.of(Codec.encode(gap)), to) ? Outcome.WRITTEN : Outcome.FAILED;
    }

    /** What was written behind {@code from} is void. */
    Outcome reset(Id from, Id head) {
        audience.counters().resets.increment();
        var reset = new Frame.Reset(audience.room(), from, head);
        return write(List.of(Codec.encode(reset)), from) ? Outcome.WRITTEN : Outcome.FAILED;
    }

    private boolean write(List<byte[]> frames, Id then) {
        var batch = new Outlet.Batch(frames);
        var written = batch.writtenTo(outlet);
        batch.done();
        if (written) {
            position = then;
            Hub.guarded("a flush", outlet::flush); // else it goes with the next one
        }
        return written;
    }

    // ---- whether the reader may read on

    Reader reader() {
        return reader;
    }

    private boolean mayEndHere(Entry entry) {
        return entry.mayChangeAccess() && entry.id().seq() > settledTo && entry.mayChangeAccess(reader.user());
    }

    /** As far as he may read for sure. */
    List<Entry> upToAccessChange(List<Entry> page) {
        for (int i = 0; i < page.size(); i++) {
            if (mayEndHere(page.get(i))) {
                return page.subList(0, i + 1);
            }
        }
        return page;
    }

    /** What was written ends here: whether he may read nothing more for sure. If it is unsure, that is a doubt. */
    boolean endsWith(Entry written) {
        var mayEnd = mayEndHere(written);
        var out = mayEnd && written.kind().equals(Entry.OUT);
        doubted |= mayEnd && !out;
        return out;
    }

    /**
     * What is to be written next: a gap up to where the reader may read from, if the position is before that. So it is for
     * who was out of the room meanwhile, where newcomers do not see what was said before.
     *
     * @param planned what would be next
     */
    @Nullable
    Verdict allowed(@Nullable Verdict planned) {
        return position.seq() < from.seq() && !(planned instanceof Verdict.Reset)
                ? new Verdict.Gap(position.seq() + 1, from, List.of())
                : planned;
    }

    /** To be asked before anything more is written. */
    void doubt() {
        doubted = true;
    }

    /** Events up to this seq are gone, and one of them may have concerned him. */
    void doubt(long goneTo) {
        doubted |= goneTo > settledTo;
    }

    boolean doubted() {
        return doubted;
    }

    /** Nobody waits for an answer any more. */
    void end() {
        asked++;
    }

    /** One of these runs, on the loop, unless it is asked again meanwhile, or at an {@link #end}. */
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
