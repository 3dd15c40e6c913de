package dev.bincang.transport;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has in flight. One command per lane, the next ones wait. A room is a lane for what is logged, so neither a
 * script that Redis has to be given again nor a slow answer lets the second command overtake the first; what is read is one
 * more lane. Beyond a bound the client is not read.
 */
final class Lanes {

    private static final class Lane {
        private final Queue<Consumer<Runnable>> commands = new ArrayDeque<>(2);
        private boolean inFlight;
        private boolean driving;
    }

    private final Map<Object, Lane> lanes = new HashMap<>(2);
    private final Consumer<Boolean> reading;
    private final int bound;
    private int inFlight;
    private @Nullable Runnable last;

    /** @param reading is told not to read the client while {@code bound} are in flight, until half of them are done */
    Lanes(Consumer<Boolean> reading, int bound) {
        this.reading = reading;
        this.bound = bound;
    }

    /** Counts one; the ones that wait in a lane too, since all of them are what this connection costs. */
    void begun() {
        if (++inFlight >= bound) {
            reading.accept(false);
        }
    }

    void ended() {
        inFlight--;
        if (last != null) {
            end(last);
        } else if (inFlight <= bound / 2) {
            reading.accept(true);
        }
    }

    /** Reads no more, and runs that when all that was read is done. */
    void end(Runnable then) {
        last = then;
        reading.accept(false);
        if (inFlight == 0) {
            then.run();
        }
    }

    /** Runs {@code command} when the ones before it in this lane are done; it runs what it is given when it is done. */
    void run(Object key, Consumer<Runnable> command) {
        var lane = lanes.computeIfAbsent(key, _ -> new Lane());
        lane.commands.add(command);
        drive(key, lane);
    }

    /** A loop, not a recursion: when Redis goes away, all that wait are done one after the other, at once. */
    private void drive(Object key, Lane lane) {
        if (lane.driving) {
            return;
        }
        lane.driving = true;
        while (!lane.inFlight) {
            var command = lane.commands.poll();
            if (command == null) {
                lanes.remove(key, lane);
                break;
            }
            lane.inFlight = true;
            command.accept(() -> {
                lane.inFlight = false;
                drive(key, lane);
            });
        }
        lane.driving = false;
    }
}
