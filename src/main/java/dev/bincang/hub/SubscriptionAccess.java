package dev.bincang.hub;

import dev.bincang.hub.LoopHub.Reader;
import dev.bincang.log.Entry;
import dev.bincang.log.ReadAccess.Pass;
import dev.bincang.protocol.Refusal;
import java.util.List;

/**
 * Whether the reader of one subscription may read on: settled up to some event, or in doubt until he was asked for. The
 * event with which he ceases to be a member is the last one he gets, wherever he reads it; behind one that changes who may
 * read, and wherever events are gone, he is asked for again. Used on its loop only.
 */
final class SubscriptionAccess {

    private final Audience audience;
    private final Reader reader;
    /** What happened to his rights up to this seq is in the answer we have. */
    private long settledTo;

    private boolean doubted;
    /** Numbers the questions: only the latest answer counts. */
    private int asked;

    /** @param pass with which he may read */
    SubscriptionAccess(Audience audience, Reader reader, Pass pass) {
        this.audience = audience;
        this.reader = reader;
        settledTo = pass.head().seq();
    }

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
