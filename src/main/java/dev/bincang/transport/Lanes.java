package dev.bincang.transport;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Orders the commands of one connection. Each lane runs one command at a time, and the next ones wait. Each room is a
 * lane for the commands that write to its log. So the second command cannot overtake the first one, even if Redis has
 * to load a script again or answers slowly. All reads share one more lane. While too many commands are in flight, the
 * client is not read.
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

    /**
     * @param reading called with {@code false} when {@code bound} commands are in flight, and with {@code true} when
     *     half of them are done
     */
    Lanes(Consumer<Boolean> reading, int bound) {
        this.reading = reading;
        this.bound = bound;
    }

    /**
     * Counts a command that begins. A command that waits in a lane counts too, because it also uses memory of this
     * connection.
     */
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

    /** Stops reading for good, and runs {@code then} when all commands that were read are done. */
    void end(Runnable then) {
        last = then;
        reading.accept(false);
        if (inFlight == 0) {
            then.run();
        }
    }

    /**
     * Runs {@code command} when the earlier ones of this lane are done. The command must run its argument when it is
     * done.
     */
    void run(Object key, Consumer<Runnable> command) {
        var lane = lanes.computeIfAbsent(key, _ -> new Lane());
        lane.commands.add(command);
        drive(key, lane);
    }

    /**
     * Starts the next commands of a lane. A loop, not a recursion: if Redis goes away, all waiting commands fail at
     * once.
     */
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
