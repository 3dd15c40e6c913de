package dev.bincang.testing;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.testing.client.ChatClient;
import dev.bincang.testing.history.Checker;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.history.Truth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/** The room of one test: its clients, its writers, and the final check. */
public final class Scene implements AutoCloseable {

    /** Maximum time from the end of a fault until every client has every event. */
    private static final Duration SETTLED = Duration.ofMinutes(2);

    private static final int SHOWN = 20;

    private final Cluster cluster;
    private final String room;
    private final Truth truth;
    private final List<ChatClient> clients = new ArrayList<>();
    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean writing;
    private int posted;

    Scene(Cluster cluster, String room) {
        this.cluster = cluster;
        this.room = room;
        truth = new Truth(room);
    }

    public String room() {
        return room;
    }

    public Truth truth() {
        return truth;
    }

    /** Starts clients of one pod in the room. */
    public List<ChatClient> join(int pod, int count) {
        var joined = new ArrayList<ChatClient>();
        for (int i = 0; i < count; i++) {
            joined.add(client(() -> cluster.pod(pod).port()));
        }
        joined.forEach(one -> one.start(room).join());
        return joined;
    }

    /** Starts clients at every pod. */
    public Scene everywhere(int count) {
        for (int pod = 0; pod < cluster.pods().size(); pod++) {
            join(pod, count);
        }
        return this;
    }

    /** Makes another client, which is not connected yet. */
    public ChatClient client(IntSupplier ports) {
        return client(ports, 1, 0);
    }

    public ChatClient client(IntSupplier ports, int window, int receiveBuffer) {
        var client = new ChatClient("client-" + clients.size(), ports, window, receiveBuffer);
        clients.add(client);
        return client;
    }

    public List<ChatClient> clients() {
        return clients;
    }

    /** All clients write messages one after the other, with that pause between them, until {@link #stopWriting}. */
    public Scene write(Duration pause) {
        return write(clients, pause, "");
    }

    /**
     * Some clients write.
     *
     * @param padding is appended to each message
     */
    public Scene write(List<ChatClient> some, Duration pause, String padding) {
        writing = true;
        for (var client : List.copyOf(some)) {
            writers.add(Thread.startVirtualThread(() -> write(client, pause, padding)));
        }
        return this;
    }

    private void write(ChatClient client, Duration pause, String padding) {
        for (int i = 1; writing; i++) {
            client.send(room, client.recording().name() + " " + i + padding)
                    .exceptionally(_ -> null)
                    .join();
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    /** Stops the writers and waits for all answers. */
    public Scene stopWriting() {
        writing = false;
        for (var writer : writers) {
            try {
                if (!writer.join(SETTLED)) {
                    throw new AssertionError("a message was not acknowledged within " + SETTLED + ": "
                            + clients.stream().map(ChatClient::unanswered).toList());
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        writers.clear();
        return this;
    }

    /** Sends messages of one client, one after the other. */
    public Scene post(ChatClient client, int messages) {
        for (int i = 0; i < messages; i++) {
            Scene.join(List.of(client.send(room, "post " + ++posted)));
        }
        return this;
    }

    /** Waits until the log has this number of additional messages, from any client. */
    public Scene awaitMore(int messages) {
        look();
        var goal = Truth.seq(truth.head()) + messages;
        await().alias(messages + " more messages in " + room).atMost(SETTLED).until(() -> {
            look();
            return Truth.seq(truth.head()) >= goal;
        });
        return this;
    }

    /** Reads the log. Waits while no server has the whole room: one was killed, or its slot moves. */
    private void look() {
        await().alias("the log of " + room)
                .atMost(SETTLED)
                .pollDelay(Duration.ZERO)
                .ignoreExceptions()
                .until(() -> {
                    truth.look(cluster.redisOf(truth.keys().room()));
                    return true;
                });
    }

    /** Waits until every client in the room is at its end. */
    public Scene awaitSettled() {
        look();
        await().atMost(SETTLED).pollInterval(Duration.ofMillis(20)).until(this::settled);
        return this;
    }

    /** Something happens while clients at every pod write. Then the checker runs. */
    public static void whileAllWrite(
            Cluster cluster, int clientsOfEachPod, Set<Allow> excused, Consumer<Scene> prepare, Consumer<Scene> fault) {
        try (var scene = cluster.scene().everywhere(clientsOfEachPod)) {
            prepare.accept(scene);
            scene.write(Duration.ofMillis(20)).awaitMore(20);
            fault.accept(scene);
            scene.awaitMore(20);
            scene.check(excused);
        }
    }

    /** Stops the writers, waits until every client in the room is at its end, and runs the checker. */
    public void check(Set<Allow> allowed) {
        stopWriting();
        try {
            awaitSettled();
        } catch (ConditionTimeoutException e) {
            // the checker tells which client misses what
        }
        var violations = Checker.violations(
                truth, clients.stream().map(ChatClient::recording).toList(), allowed);
        assertTrue(
                violations.isEmpty(),
                () -> violations.size() + " violations:\n"
                        + violations.stream().limit(SHOWN).collect(Collectors.joining("\n")));
    }

    private boolean settled() {
        return clients.stream()
                .map(client -> client.position(room))
                .allMatch(position -> position == null || position.equals(truth.head()));
    }

    /** Waits for all futures. */
    public static void join(List<? extends CompletableFuture<?>> futures) {
        CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .orTimeout(SETTLED.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        writing = false;
        clients.forEach(ChatClient::close);
        writers.forEach(Thread::interrupt);
    }
}
