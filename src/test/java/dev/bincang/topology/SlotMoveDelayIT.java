package dev.bincang.topology;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.Store;
import dev.bincang.testing.client.ChatClient;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.topology.RedisCluster;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long sends wait while the slot of their room moves. */
@Tag("long")
class SlotMoveDelayIT {

    private static final int WRITERS = 20;
    private static final int MOVES = 8;
    private static final long LONG_NANOS = SECONDS.toNanos(1);
    private static final long PAUSE_NANOS = SECONDS.toNanos(1) / 10;

    private static RedisCluster redis;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.over(SlotMoveDelayIT::start, 2).with("bincang.feed.check-interval", "60s");

    private static Store start() {
        redis = RedisCluster.start();
        return Store.of(redis);
    }

    /** How long each send took, until its acknowledgement. */
    private record Sends(List<Long> nanos) {
        private double late() {
            return (double) nanos.stream().filter(took -> took > LONG_NANOS).count() / nanos.size();
        }

        @Override
        public String toString() {
            return "%d sends, %.2f %% longer than 1 s, the longest %d ms"
                    .formatted(
                            nanos.size(),
                            100 * late(),
                            nanos.stream().mapToLong(one -> one).max().orElse(0) / 1_000_000);
        }
    }

    private static Sends sendDuring(Scene scene, Runnable event) {
        var took = new ConcurrentLinkedQueue<Long>();
        var writing = new AtomicBoolean(true);
        var writers = scene.clients().stream()
                .map(client -> Thread.startVirtualThread(() -> {
                    while (writing.get()) {
                        took.add(send(scene, client));
                        LockSupport.parkNanos(PAUSE_NANOS);
                    }
                }))
                .toList();
        event.run();
        writing.set(false);
        for (var writer : writers) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return new Sends(List.copyOf(took));
    }

    private static long send(Scene scene, ChatClient client) {
        var begun = System.nanoTime();
        client.send(scene.room(), "at " + begun).join();
        return System.nanoTime() - begun;
    }

    /**
     * A busy machine delays sends without a move too. So the share of late sends is compared with that under the same load
     * before the move.
     */
    @FaultTest
    void atMostOnePercentOfTheSendsWaitsLongerThanASecond() {
        try (var scene = CLUSTER.scene().everywhere(WRITERS / 2)) {
            var before = sendDuring(scene, () -> scene.awaitMore(40 * WRITERS));
            var during = sendDuring(scene, () -> {
                for (int i = 0; i < MOVES; i++) {
                    moveSlowly(scene);
                }
            });
            System.out.printf("before the moves: %s; during %d moves: %s%n", before, MOVES, during);
            scene.check(EnumSet.of(Allow.REFUSALS)); // nothing is half done: all is in the log once, and all have it
            assertTrue(during.late() <= 0.01 + before.late(), () -> before + "; " + during);
        }
    }

    /** Key by key, with sends after each. */
    private static void moveSlowly(Scene scene) {
        var room = scene.truth().keys().room();
        var move = redis.beginMove(redis.slotOf(room), redis.otherMaster(redis.masterOf(room)));
        while (move.moveKeys(1) > 0) {
            LockSupport.parkNanos(PAUSE_NANOS / 5);
        }
        move.finish();
        scene.awaitMore(2 * WRITERS);
    }
}
