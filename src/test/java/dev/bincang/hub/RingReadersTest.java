package dev.bincang.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.log.Entry;
import dev.bincang.protocol.Id;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RingReadersTest {

    private static final int STEPS = 100_000;

    private final Ring ring = new Ring(16, 1000);

    @Test
    @Timeout(60) // if nothing is ever found, no reader ends
    void noReaderSeesAWrongChainWhateverTheWriterDoes() throws ExecutionException, InterruptedException {
        try (var threads = Executors.newFixedThreadPool(2)) {
            var readers = Stream.of(1, 2)
                    .map(seed -> CompletableFuture.runAsync(() -> walk(new Random(seed)), threads))
                    .toList();

            write(new Random(7), readers);

            for (var reader : readers) {
                reader.get();
            }
        }
    }

    /** Adds, truncates and clears until no reader is left. */
    private void write(Random random, List<CompletableFuture<Void>> readers) {
        var last = Id.ZERO;
        while (!readers.stream().allMatch(CompletableFuture::isDone)) {
            switch (random.nextInt(20)) {
                case 0 -> {
                    var ids = ring.ids();
                    last = ids.isEmpty() ? Id.ZERO : ids.get(random.nextInt(ids.size()));
                    ring.truncate(last);
                }
                case 1 -> {
                    ring.clear();
                    last = anywhere(random);
                }
                default -> {
                    var id = new Id(last.seq() + 1, random.nextInt(3));
                    ring.add(new Entry(id, last, "message", "ana", new byte[random.nextInt(100)]));
                    last = id;
                }
            }
        }
    }

    /** Follows the chain from random positions, again and again. */
    private void walk(Random random) {
        for (int steps = 0; steps < STEPS; ) {
            var at = anywhere(random);
            for (var next = ring.after(at); next != null; next = ring.after(at)) {
                assertEquals(at, next.prev());
                assertEquals(at.seq() + 1, next.id().seq());
                at = next.id();
                steps++;
            }
        }
    }

    /** Few tags and seqs, so that readers often guess an existing id. */
    private static Id anywhere(Random random) {
        return new Id(random.nextInt(40), random.nextInt(3));
    }
}
