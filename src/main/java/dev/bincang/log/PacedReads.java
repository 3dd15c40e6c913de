package dev.bincang.log;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads the log with at most {@link #AT_ONCE} reads in progress. Each answer starts the next waiting read, so Redis
 * sets the pace when ten thousand rooms ask at the same moment. Reads start in the order in which they were asked for.
 * Used on one event loop.
 */
public final class PacedReads implements LogReader {

    public static final int AT_ONCE = 250;

    private record Question(RoomId room, Runnable ask, Consumer<Throwable> fail) {}

    private final LogReader log;
    private final Executor loop;
    private final Queue<Question> waiting = new ArrayDeque<>();
    private int underWay;

    /** @param loop the event loop on which this reader is used */
    public PacedReads(LogReader log, Executor loop) {
        this.log = log;
        this.loop = loop;
    }

    private <T> Uni<T> paced(RoomId room, Supplier<Uni<T>> read) {
        return Uni.createFrom().emitter(emitter -> {
            Runnable ask = () -> read.get()
                    .onTermination()
                    .invoke(() -> loop.execute(this::next))
                    .subscribe()
                    .with(emitter::complete, emitter::fail);
            if (underWay < AT_ONCE) {
                underWay++;
                ask.run();
            } else {
                waiting.add(new Question(room, ask, emitter::fail));
            }
        });
    }

    private void next() {
        var question = waiting.poll();
        if (question == null) {
            underWay--;
        } else {
            question.ask.run();
        }
    }

    /** The links of these rooms broke. Their reads that have not started fail, with {@code unavailable}. */
    public void giveUp(Set<RoomId> rooms) {
        var all = waiting.stream()
                .filter(question -> rooms.contains(question.room))
                .toList();
        waiting.removeAll(new HashSet<>(all));
        all.forEach(
                question -> question.fail.accept(new Refusal(ErrorCode.UNAVAILABLE, "the link to Redis broke", 500L)));
    }

    @Override
    public Uni<Page> read(RoomId room, Id position, int count, int bytes) {
        return paced(room, () -> log.read(room, position, count, bytes));
    }

    @Override
    public Uni<List<Entry>> newest(RoomId room, int count, int bytes) {
        return paced(room, () -> log.newest(room, count, bytes));
    }

    @Override
    public Uni<Id> fork(RoomId room, List<Id> ids) {
        return paced(room, () -> log.fork(room, ids));
    }

    @Override
    public Uni<Id> head(RoomId room) {
        return paced(room, () -> log.head(room));
    }
}
