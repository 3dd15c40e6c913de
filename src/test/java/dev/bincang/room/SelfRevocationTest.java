package dev.bincang.room;

import static dev.bincang.room.Stage.admin;
import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users who revoke their own tokens. */
@QuarkusTest
class SelfRevocationTest {

    private final String address = "address-" + UUID.randomUUID();

    @Inject
    Stage stage;

    @Inject
    BincangConfig config;

    @BeforeEach
    void theAuditTrailBegins() {
        stage.room(user("owner")); // waits for Redis
        now(stage.users.revoke(admin(), id(user("eva")), address));
    }

    private Uni<Void> revokeOwn() {
        var somebody = user("guest");
        return stage.users.revoke(somebody, id(somebody), address);
    }

    @Test
    void selfRevocationsDoNotGrowTheAuditTrail() {
        stage.nothingNewIn(RoomId.AUDIT, this::revokeOwn);
    }

    @Test
    void selfRevocationsOfAnAddressAreLimited() {
        for (int i = 0; i < config.limits().revocationsPerMinute(); i++) {
            now(revokeOwn());
        }
        var refusal = assertThrows(Refusal.class, () -> now(revokeOwn()));
        assertEquals(ErrorCode.RATE_LIMITED, refusal.code());
        now(stage.users.revoke(admin(), id(user("eva")), address)); // an admin's revocations are not limited
    }
}
