package dev.bincang.message;

import static dev.bincang.protocol.ErrorCode.RATE_LIMITED;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.Refusal;
import dev.bincang.room.Stage;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** How often one user may react and pin, whatever their connections. */
@QuarkusTest
class PaceTest {

    private static final int MOST = 5_000;

    @Inject
    Stage stage;

    @Inject
    BincangConfig config;

    /** Returns how many were accepted before the first that came too often. */
    private static int accepted(IntFunction<Uni<?>> command) {
        for (int i = 0; i < MOST; i++) {
            try {
                now(command.apply(i));
            } catch (Refusal refusal) {
                assertEquals(RATE_LIMITED, refusal.code(), refusal.getMessage());
                return i;
            }
        }
        throw new AssertionError("nothing was refused");
    }

    @Test
    void aUserWhoReactsTooOftenWaitsAlsoInSlowMode() {
        var owner = user("owner");
        var ben = user("ben");
        var room = stage.room(owner, "{'kind':'public','slowModeSeconds':3600}");
        var message = stage.send(owner, room, "hi");
        stage.send(ben, room, "once an hour");

        var accepted = accepted(i -> stage.reactions.react(ben, room, message, "heart", i % 2 == 0));

        assertTrue(accepted >= config.limits().commandBurst(), accepted + " reactions");
    }

    @Test
    void aUserWhoPinsTooOftenWaits() {
        var ana = user("ana");
        var ben = user("ben");
        var direct = now(stage.rooms.direct(ana, Stage.id(ben))).id();
        var message = stage.send(ana, direct, "hi");

        var accepted = accepted(i -> stage.pins.pin(ben, direct, message, i % 2 == 0));

        assertTrue(accepted >= config.limits().moderationsPerMinute(), accepted + " pins");
    }
}
