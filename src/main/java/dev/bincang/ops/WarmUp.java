package dev.bincang.ops;

import dev.bincang.command.Command;
import dev.bincang.command.Commands;
import dev.bincang.message.MessageCommands;
import dev.bincang.message.MessageEvent;
import dev.bincang.message.Place;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Frame.Limits;
import dev.bincang.protocol.Frame.RoomState;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.User;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Reads and writes the frames of a first client before the pod is ready. JSON loads its classes with its first use, and
 * the event loop would stand still for that time.
 */
@Singleton
class WarmUp {

    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    private static final String HELLO =
            "{\"type\":\"hello\",\"req\":1,\"guest\":\"Ana\",\"rooms\":{\"lobby\":\"1-1\"}}";
    private static final String SEND =
            "{\"type\":\"send\",\"req\":2,\"room\":\"lobby\",\"key\":\"0123456789abcdef\",\"text\":\"Halo!\"}";

    private final Commands commands;

    WarmUp(Commands commands) {
        this.commands = commands;
    }

    void start(@Observes StartupEvent event) {
        try {
            frames();
        } catch (Codec.BadFrame e) {
            LOG.warnf("the frames of the warm-up: %s", e.getMessage());
        }
    }

    private void frames() throws Codec.BadFrame {
        var id = new Id(1, 1);
        commands.read(HELLO);
        if (commands.read(SEND) instanceof Command.InRoom send) {
            var user = new User("g-1", "Ana");
            var limits = new Limits(1, 1, 1, 1, 1, 1, 1);
            var rooms = Map.of(send.room(), new RoomState(Frame.State.OK, id));
            Codec.encode(new Frame.Welcome(1L, 1, "c", "p", user, "t", 1, limits, rooms));
            Codec.encode(new MessageCommands.OkToSend(2, id, 1, 1L, false, null));
            Codec.encode(new MessageEvent.Message(send.room(), user, Place.ROOM, null));
            Codec.textMember(SEND);
        }
    }
}
