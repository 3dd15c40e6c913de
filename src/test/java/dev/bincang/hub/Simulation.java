package dev.bincang.hub;

import dev.bincang.hub.Hub.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A simulation without threads: every loop, link and timer is a queue, and a seeded random number chooses the next one.
 */
final class Simulation {

    /** Tasks that run in order within one queue, and in any order relative to other queues. */
    final class Line implements Loop {
        private final Queue<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void after(Duration delay, Runnable task) {
            timers.add(() -> execute(task));
        }
    }

    final Random random;
    private final List<Line> lines = new ArrayList<>();
    private final List<Runnable> timers = new ArrayList<>();
    private @Nullable AssertionError broken;

    Simulation(long seed) {
        random = new Random(seed);
    }

    Line line() {
        var line = new Line();
        lines.add(line);
        return line;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** A rule was broken. This ends the simulation, even if the simulated code survives what is thrown. */
    AssertionError broken(String why) {
        var found = new AssertionError(why);
        broken = broken == null ? found : broken;
        return found;
    }

    /** Runs one task of a random queue, or sometimes a timer. Returns false if there is none. */
    boolean step() {
        var busy = lines.stream().filter(line -> !line.tasks.isEmpty()).toList();
        if (broken != null) {
            throw broken;
        }
        if (!timers.isEmpty() && (busy.isEmpty() || chance(0.05))) {
            timers.remove(random.nextInt(timers.size())).run();
            return true;
        }
        if (busy.isEmpty()) {
            return false;
        }
        var task = busy.get(random.nextInt(busy.size())).tasks.poll();
        if (task != null) {
            task.run();
        }
        return true;
    }

    /** Runs until no task is left. The tasks of {@code last} run only when there is no other. */
    void settleLast(Line last) {
        for (var task = next(last); task != null; task = next(last)) {
            task.run();
        }
        settle();
    }

    private @Nullable Runnable next(Line except) {
        return lines.stream()
                .filter(line -> line != except && !line.tasks.isEmpty())
                .findFirst()
                .map(line -> line.tasks.poll())
                .orElse(null);
    }

    /** Runs until no task is left. */
    void settle() {
        for (int i = 0; step(); i++) {
            if (i > 200_000) {
                throw new AssertionError("the simulation does not end");
            }
        }
    }
}
