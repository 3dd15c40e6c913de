package dev.bincang.cluster;

import static dev.bincang.testing.process.FaultProxy.Kind.ANY;
import static dev.bincang.testing.process.FaultProxy.Kind.COMMANDS;
import static dev.bincang.testing.process.FaultProxy.Kind.PUBSUB;

import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.client.ChatClient;
import dev.bincang.testing.history.Checker.Allow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * All faults that lose no data, one after the other in random order. The next one may begin before the last one is
 * over.
 */
class ChaosIT {

    private static final int FAULTS = 25;

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2)
            .with("bincang.feed.ring-events", "16")
            .with("bincang.feed.linger", "100ms")
            .with("bincang.connection.outbox", "16K")
            .with("bincang.limits.frame-size", "16K");

    @FaultTest
    void overlappingFaultsLoseNothing() {
        var seed = System.nanoTime();
        System.out.println("chaos from the seed " + seed);
        var random = new Random(seed);
        try (var scene = CLUSTER.scene().everywhere(4)) {
            for (int i = 0; i < 4; i++) {
                scene.client(() -> CLUSTER.pod(random.nextInt(2)).port())
                        .start(scene.room())
                        .join();
            }
            scene.write(Duration.ofMillis(10));
            for (int i = 0; i < FAULTS; i++) {
                scene.awaitMore(1 + random.nextInt(20));
                one(faults(scene, random), random).run();
            }
            CLUSTER.links().forEach(link -> link.delayReplies(Duration.ZERO));
            scene.clients().forEach(client -> client.pace().free());
            scene.awaitMore(50);
            scene.check(EnumSet.of(Allow.RECONNECTS, Allow.REFUSALS));
        }
    }

    private static <T> T one(List<T> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }

    private static List<Runnable> faults(Scene scene, Random random) {
        var redis = CLUSTER.redis();
        var link = one(CLUSTER.links(), random);
        var client = one(scene.clients(), random);
        var some = new ArrayList<>(scene.clients());
        Collections.shuffle(some, random);
        return List.of(
                () -> link.cut(PUBSUB),
                () -> link.cut(COMMANDS),
                () -> link.cut(ANY),
                () -> link.delayReplies(Duration.ofMillis(random.nextInt(300))),
                () -> link.delayReplies(one(List.of(PUBSUB, COMMANDS), random), Duration.ofMillis(random.nextInt(300))),
                () -> link.delayReplies(Duration.ZERO),
                () -> link.loseReplyTo(scene.truth().keys().log()),
                () -> {
                    var frozen = link.freeze(one(List.of(PUBSUB, COMMANDS, ANY), random));
                    scene.awaitMore(1 + random.nextInt(60));
                    frozen.thaw();
                },
                () -> redis.command("SCRIPT", "FLUSH"),
                () -> redis.command("CLIENT", "KILL", "TYPE", "pubsub"),
                () -> redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"),
                () -> {
                    redis.kill();
                    redis.start();
                },
                () -> some.subList(0, 5).forEach(ChatClient::drop),
                () -> client.pace().stall(),
                () -> client.pace().perSecond(50),
                () -> scene.clients().forEach(each -> each.pace().free()));
    }
}
