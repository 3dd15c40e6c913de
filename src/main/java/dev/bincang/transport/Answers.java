package dev.bincang.transport;

import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Command;
import dev.bincang.protocol.Refusal;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers one client's commands, each once, and counts them. Used on its connection's event loop only. */
final class Answers {

    private final Dispatcher dispatcher;
    private final Peer peer;
    private final Login.Holder client;

    /** @param client is told nothing any more once it is closed */
    Answers(Dispatcher dispatcher, Peer peer, Login.Holder client) {
        this.dispatcher = dispatcher;
        this.peer = peer;
        this.client = client;
    }

    void ok(Command command, byte[] frame) {
        dispatcher.answered(command);
        if (!client.isClosed()) {
            peer.reply(frame);
        }
    }

    void refuse(Command command, Refusal refusal) {
        refuse(command, command.req(), refusal);
    }

    /** @param command null where the frame was none */
    void refuse(@Nullable Command command, @Nullable Long req, Refusal refusal) {
        dispatcher.refused(command, refusal.code());
        if (!client.isClosed()) {
            peer.reply(Codec.encode(refusal.frame(req)));
        }
    }

    /**
     * Answers when it is done, one way or the other.
     *
     * @param then runs behind the answer, whatever becomes of that
     */
    void of(Command command, Supplier<Uni<? extends byte[]>> work, Runnable then) {
        Uni.createFrom()
                .deferred(work)
                .subscribe()
                .with(
                        frame -> peer.onLoop(() -> finish(() -> ok(command, frame), then)),
                        failure -> peer.onLoop(() -> finish(() -> refuse(command, dispatcher.refusal(failure)), then)));
    }

    private static void finish(Runnable answer, Runnable then) {
        try {
            answer.run();
        } finally {
            then.run();
        }
    }
}
