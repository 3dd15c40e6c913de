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
 * Sends clients elsewhere, each at a moment of its own: all, when the pod ends, or some, when it has more than its share.
 * Whoever is told so has time to be there before he leaves here. Any thread.
 */
@Singleton
public class Relocation {

    /** One of them. Used on its event loop. */
    public interface Client {

        /** Tells it to go elsewhere, and closes it after that time, when what it asked is answered. */
        void move(Duration in, CloseCode why);

        /** Whether it was told to. */
        boolean moving();
    }

    /** The clients of one event loop, of one kind. */
    public interface ClientGroup {

        /** Whether they stay until they are told; others ask anew before long, and are anywhere then. */
        boolean stays();

        /** How many there are that were not told to go; from any thread, so perhaps a moment old. */
        int size();

        void execute(Runnable task);

        /** On their loop only. */
        List<? extends Client> clients();
    }

    private static final Duration NOTICE = Duration.ofSeconds(4);

    private final List<ClientGroup> groups = new CopyOnWriteArrayList<>();
    private final Map<CloseCode, Counter> told = new EnumMap<>(CloseCode.class);

    Relocation(MeterRegistry registry) {
        for (var why : List.of(CloseCode.DRAIN, CloseCode.REBALANCE)) {
            told.put(
                    why,
                    registry.counter("bincang_moved", "reason", why.reason().toLowerCase(Locale.ROOT)));
        }
    }

    /** From now on these are moved too. */
    public void add(ClientGroup group) {
        groups.add(group);
    }

    /** Those that stay, and were not told to go. */
    public int staying() {
        return groups.stream()
                .filter(ClientGroup::stays)
                .mapToInt(ClientGroup::size)
                .sum();
    }

    /** Everybody goes, the last one when that time is over. */
    public void all(Duration over) {
        groups.forEach(group -> move(group, 1, over, CloseCode.DRAIN));
    }

    /**
     * Some of those that stay go.
     *
     * @param share of them, from 0 to 1
     */
    public void some(double share, Duration over) {
        groups.stream().filter(ClientGroup::stays).forEach(group -> move(group, share, over, CloseCode.REBALANCE));
    }

    /** What even the first one has to get away, when all are to be gone in that time: four seconds, or an eighth of it. */
    public static Duration notice(Duration time) {
        var eighth = time.dividedBy(8);
        return eighth.compareTo(NOTICE) < 0 ? eighth : NOTICE;
    }

    private void move(ClientGroup group, double share, Duration over, CloseCode why) {
        group.execute(() -> {
            var clients = new ArrayList<Client>(group.clients());
            clients.removeIf(Client::moving);
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
