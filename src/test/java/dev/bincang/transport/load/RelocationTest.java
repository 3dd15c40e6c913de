package dev.bincang.transport.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bincang.protocol.CloseCode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RelocationTest {

    private static final Duration OVER = Duration.ofSeconds(2);

    private final Relocation relocation = new Relocation(new SimpleMeterRegistry());
    private final List<OneClient> clients = new ArrayList<>();

    private static final class OneClient implements Relocation.Client {

        private final boolean greeted;

        @Nullable
        CloseCode told;

        OneClient(boolean greeted) {
            this.greeted = greeted;
        }

        @Override
        public void move(Duration in, CloseCode why) {
            told = why;
        }

        @Override
        public boolean moving() {
            return told != null;
        }

        @Override
        public boolean greeted() {
            return greeted;
        }
    }

    private final class OneGroup implements Relocation.ClientGroup {

        @Override
        public boolean stays() {
            return true;
        }

        @Override
        public int size() {
            return clients.size();
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public List<? extends Relocation.Client> clients() {
            return clients;
        }
    }

    RelocationTest() {
        relocation.add(new OneGroup());
        for (int i = 0; i < 20; i++) {
            clients.add(new OneClient(i % 2 == 0));
        }
    }

    private long told(boolean greeted, CloseCode why) {
        return clients.stream()
                .filter(client -> client.greeted == greeted && client.told == why)
                .count();
    }

    @Test
    void clientsWithoutAWelcomeAreNotMovedToEvenOut() {
        relocation.some(1, OVER);

        assertEquals(10, told(true, CloseCode.REBALANCE));
        assertEquals(0, told(false, CloseCode.REBALANCE));
    }

    @Test
    void aPodThatEndsMovesAllClients() {
        relocation.some(1, OVER);
        relocation.all(OVER);

        assertEquals(10, told(true, CloseCode.REBALANCE), "told before");
        assertEquals(10, told(false, CloseCode.DRAIN));
    }
}
