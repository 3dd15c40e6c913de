package dev.bincang.transport;

import dev.bincang.command.Command;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Refusal;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers each command of one client exactly once, and counts the answers. Used on its connection's event loop only.
 */
final class Answers {

    private final Dispatcher dispatcher;
    private final Peer peer;
    private final Login.Holder client;

    /** @param client the session; nothing is written once it is closed */
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

    /**
     * Refuses a command or a frame.
     *
     * @param command null if the frame was not a command
     */
    void refuse(@Nullable Command command, @Nullable Long req, Refusal refusal) {
        dispatcher.refused(command, refusal.code());
        if (!client.isClosed()) {
            peer.reply(Codec.encode(refusal.frame(req)));
        }
    }

    /**
     * Runs the work, and answers with its result or its refusal.
     *
     * @param then runs after the answer, even if writing the answer fails
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
