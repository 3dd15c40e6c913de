package dev.bincang.log;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
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

    private record Question(Runnable ask, Consumer<Throwable> fail) {}

    private final LogReader log;
    private final Executor loop;
    private final Queue<Question> waiting = new ArrayDeque<>();
    private int underWay;

    /** @param loop the event loop on which this reader is used */
    public PacedReads(LogReader log, Executor loop) {
        this.log = log;
        this.loop = loop;
    }

    private <T> Uni<T> paced(Supplier<Uni<T>> read) {
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
                waiting.add(new Question(ask, emitter::fail));
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

    /** The link broke. Every read that has not started fails, with {@code unavailable}. */
    public void giveUp() {
        var all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(
                question -> question.fail.accept(new Refusal(ErrorCode.UNAVAILABLE, "the link to Redis broke", 500L)));
    }

    @Override
    public Uni<Page> read(RoomId room, Id position, int count, int bytes) {
        return paced(() -> log.read(room, position, count, bytes));
    }

    @Override
    public Uni<List<Entry>> newest(RoomId room, int count, int bytes) {
        return paced(() -> log.newest(room, count, bytes));
    }

    @Override
    public Uni<Id> fork(RoomId room, List<Id> ids) {
        return paced(() -> log.fork(room, ids));
    }

    @Override
    public Uni<List<Id>> heads(List<RoomId> rooms) {
        return paced(() -> log.heads(rooms));
    }
}
