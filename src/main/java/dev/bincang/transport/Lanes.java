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

    private final Map<RoomId, Queue<Consumer<Runnable>>> busy = new HashMap<>();
    private int waiting;

    /** Commands that wait for another one. */
    int waiting() {
        return waiting;
    }

    /** Runs {@code command} when the ones before it in this room are done; it runs what it is given when it is done. */
    void run(RoomId room, Consumer<Runnable> command) {
        var lane = busy.get(room);
        if (lane != null) {
            lane.add(command);
            waiting++;
        } else {
            busy.put(room, new ArrayDeque<>(2));
            command.accept(() -> next(room));
        }
    }

    private void next(RoomId room) {
        var lane = busy.get(room);
        var command = lane == null ? null : lane.poll();
        if (command == null) {
            busy.remove(room);
        } else {
            waiting--;
            command.accept(() -> next(room));
        }
    }
}
