package dev.bincang.transport.load;

import dev.bincang.protocol.CloseCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Moves clients to other pods: all when this pod ends, some when it has more than its share. Each client gets its own
 * reconnect time, with enough notice to connect to the new pod first. Any thread.
 */
@Singleton
public class Relocation {

    /** A client. Used on its event loop. */
    public interface Client {

        /** Tells the client to move, and closes it after that time, once its commands are answered. */
        void move(Duration in, CloseCode why);

        /** Whether the client was told to move. */
        boolean moving();

        /** Whether the client has its welcome. */
        boolean greeted();
    }

    /** The clients of one transport on one event loop. */
    public interface ClientGroup {

        /**
         * Whether these clients stay until told to move. Polling clients reconnect by themselves and need not be moved.
         */
        boolean stays();

        /** Clients that were not told to move. Callable from any thread, so perhaps a moment old. */
        int size();

        void execute(Runnable task);

        /** The clients of the group. Called on their event loop only. */
        List<? extends Client> clients();
    }

    private static final Duration NOTICE = Duration.ofSeconds(4);

    private final List<ClientGroup> groups = new CopyOnWriteArrayList<>();
    private final Map<CloseCode, Counter> told = new EnumMap<>(CloseCode.class);

    Relocation(MeterRegistry registry) {
        for (var why : List.of(CloseCode.DRAIN, CloseCode.REBALANCE)) {
            told.put(
                    why,
                    Counter.builder("bincang_moved")
                            .description("Clients told to move to another pod, by reason.")
                            .tag("reason", why.reason().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    /** Registers a group. */
    public void add(ClientGroup group) {
        groups.add(group);
    }

    /**
     * Clients that stay until told to move, and were not told. One that waits for its welcome counts too: otherwise, while
     * many connect, the pod that greets faster looks too full.
     */
    public int staying() {
        return groups.stream()
                .filter(ClientGroup::stays)
                .mapToInt(ClientGroup::size)
                .sum();
    }

    /** Moves all clients. The last one moves when {@code over} has passed. */
    public void all(Duration over) {
        groups.forEach(group -> move(group, 1, over, CloseCode.DRAIN));
    }

    /**
     * Moves some of the clients that have their welcome and stay until told. A client that is still connecting would have
     * to begin again.
     *
     * @param share the part of them to move, from 0 to 1
     * @param over when the last one moves
     */
    public void some(double share, Duration over) {
        groups.stream().filter(ClientGroup::stays).forEach(group -> move(group, share, over, CloseCode.REBALANCE));
    }

    /**
     * The notice that the first client gets when all must leave within {@code time}: an eighth of it, at most four
     * seconds.
     */
    public static Duration notice(Duration time) {
        var eighth = time.dividedBy(8);
        return eighth.compareTo(NOTICE) < 0 ? eighth : NOTICE;
    }

    private void move(ClientGroup group, double share, Duration over, CloseCode why) {
        group.execute(() -> {
            var clients = new ArrayList<Client>(group.clients());
            clients.removeIf(client -> client.moving() || (why == CloseCode.REBALANCE && !client.greeted()));
            Collections.shuffle(clients, ThreadLocalRandom.current());
            var count = (int) Math.min(
                    clients.size(),
                    share * clients.size() + ThreadLocalRandom.current().nextDouble());
            var first = notice(over);
            var rest = over.minus(first);
            for (int i = 0; i < count; i++) {
                clients.get(i).move(first.plus(rest.multipliedBy(i + 1).dividedBy(count)), why);
            }
            counter(why).increment(count);
        });
    }

    private Counter counter(CloseCode why) {
        var counter = told.get(why);
        if (counter == null) {
            throw new IllegalArgumentException("not a reason to move: " + why);
        }
        return counter;
    }
}
