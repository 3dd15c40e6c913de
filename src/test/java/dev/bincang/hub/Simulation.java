package dev.bincang.hub;

import dev.bincang.hub.Hub.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A world without threads: every loop, link and timer is a queue, and a seeded die says whose turn it is. */
final class Simulation {

    /** What happens in order within one queue, at any time against the others. */
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

    /** Something that must not be was seen: it ends the world, even where those who are played survive what is thrown. */
    AssertionError broken(String why) {
        var found = new AssertionError(why);
        broken = broken == null ? found : broken;
        return found;
    }

    /** One task of a random queue, now and then a timer; false if there is nothing at all. */
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

    /** Runs until nothing is left to do. */
    void settle() {
        for (int i = 0; step(); i++) {
            if (i > 200_000) {
                throw new AssertionError("never comes to rest");
            }
        }
    }
}
