package dev.bincang.transport;

import dev.bincang.protocol.RoomId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * One durable command in flight per connection and room; the next ones wait. So neither a script that Redis has to be
 * given again nor a slow answer lets the second overtake the first.
 */
final class Lanes {

    private static final class Lane {
        private final Queue<Consumer<Runnable>> commands = new ArrayDeque<>(2);
        private boolean inFlight;
        private boolean driving;
    }

    private final Map<RoomId, Lane> lanes = new HashMap<>(2);

    /** Runs {@code command} when the ones before it in this room are done; it runs what it is given when it is done. */
    void run(RoomId room, Consumer<Runnable> command) {
        var lane = lanes.computeIfAbsent(room, _ -> new Lane());
        lane.commands.add(command);
        drive(room, lane);
    }

    /** A loop, not a recursion: when Redis goes away, all that wait are done one after the other, at once. */
    private void drive(RoomId room, Lane lane) {
        if (lane.driving) {
            return;
        }
        lane.driving = true;
        while (!lane.inFlight) {
            var command = lane.commands.poll();
            if (command == null) {
                lanes.remove(room, lane);
                break;
            }
            lane.inFlight = true;
            command.accept(() -> {
                lane.inFlight = false;
                drive(room, lane);
            });
        }
        lane.driving = false;
    }
}
