package dev.bincang.transport;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.auth.Authenticator;
import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.auth.Revocations;
import dev.bincang.hub.LoopHub;
import dev.bincang.protocol.CloseCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import dev.bincang.redis.Links;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user is revoked between the check of the token and the login. */
@QuarkusTest
class RevokedLoginTest {

    @Inject
    Dispatcher dispatcher;

    @Inject
    Revocations revocations;

    @Inject
    Authenticator authenticator;

    @Inject
    Links links;

    private final Identity identity = new Identity(
            new User("eva-" + UUID.randomUUID(), "Eva"),
            null,
            System.currentTimeMillis() - 60_000,
            System.currentTimeMillis() + 60_000,
            false);
    private final RecordingPeer peer = new RecordingPeer();

    @BeforeEach
    void revoked() {
        await().until(links::up);
        revocations.revoke(identity.key()).await().atMost(Duration.ofMinutes(1));
        await().untilAsserted(() -> assertNotNull(authenticator.against(identity)));
    }

    @Test
    void aListenerSubscribesToNothing() {
        var listening = dispatcher.listen(peer);
        peer.whenClosed = listening::closed;
        var rooms = new HashMap<RoomId, Id>();
        rooms.put(new RoomId("general"), null);

        assertThrows(
                Refusal.class, () -> listening.enter(identity, rooms, 0).await().atMost(Duration.ofMinutes(1)));

        assertEquals(List.of(CloseCode.REVOKED), peer.closed);
        assertEquals(0, peer.joins, "rooms it tried to subscribe to");
        assertTrue(listening.positions().isEmpty());
    }

    /** Runs tasks on the calling thread. */
    private static final class RecordingPeer implements Peer {

        private final List<CloseCode> closed = new ArrayList<>();
        private Runnable whenClosed = () -> {};
        private int joins;

        @Override
        public LoopHub hub() {
            joins++;
            throw new IllegalStateException("it subscribes");
        }

        @Override
        public void close(CloseCode code) {
            closed.add(code);
            whenClosed.run();
        }

        @Override
        public void onLoop(Runnable task) {
            task.run();
        }

        @Override
        public String id() {
            return "peer";
        }

        @Override
        public String address() {
            return "nowhere";
        }

        @Override
        public String takeToken() {
            return null;
        }

        @Override
        public void after(Duration delay, Runnable task) {}

        @Override
        public Duration pingInterval() {
            return Duration.ofSeconds(25);
        }

        @Override
        public void reply(byte[] frame) {}

        @Override
        public void reading(boolean on) {}

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void write(Batch batch) {}

        @Override
        public void flush() {}

        @Override
        public void whenDrained(Runnable then) {}

        @Override
        public void move(Duration in, CloseCode why) {}

        @Override
        public boolean moving() {
            return false;
        }

        @Override
        public boolean greeted() {
            return false;
        }
    }
}
