package dev.bincang.transport;

import dev.bincang.auth.RateLimit;
import dev.bincang.hub.LoopHub.Joined;
import dev.bincang.protocol.CloseCode;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Command;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.Text;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client, from hello to its end. Used on its connection's event loop only.
 *
 * <pre>
 *   new ──hello──▶ greeting ──welcome──▶ open ──▶ closed
 *    └──── 4104 no hello · 4000 not our protocol · 4001 bad token · 4103 Redis away ────▶
 * </pre>
 */
public final class Session {

    private static final int PATIENCE = 5;

    private enum State {
        NEW,
        GREETING,
        OPEN,
        CLOSED
    }

    private final Dispatcher desk;
    private final Peer peer;
    private final RateLimit rate;
    private final Login login;
    private final Places places;
    private final Lanes lanes = new Lanes();
    private State state = State.NEW;
    private int strangeFrames;
    private int inFlight;

    Session(Dispatcher desk, Peer peer) {
        this.desk = desk;
        this.peer = peer;
        var limits = desk.limits;
        login = new Login(peer, desk.authenticator, desk.config.connection().pingInterval());
        places = new Places(peer, login, desk.gate, limits.rooms());
        rate = new RateLimit(limits.commandsPerSecond(), limits.commandBurst(), System.nanoTime());
    }

    /** Whether {@code hello} was answered. */
    public boolean greeted() {
        return state == State.OPEN;
    }

    /** Every ping interval. */
    public void tick() {
        login.look();
    }

    /** One text frame from the client. */
    public void received(String text) {
        if (state == State.CLOSED) {
            return;
        }
        var waitMs = toWait();
        if (Text.exceeds(text, desk.limits.frameBytes())) {
            var most = "a frame has at most " + desk.limits.frameBytes() + " bytes";
            refuse(null, null, new Refusal(ErrorCode.TOO_LARGE, most));
            return;
        }
        try {
            var command = Codec.decode(text);
            if (waitMs > 0) {
                refuse(command, tooFast(waitMs));
            } else {
                dispatch(command);
            }
        } catch (Codec.BadFrame e) {
            refuse(null, e.req(), waitMs > 0 ? tooFast(waitMs) : Refusal.bad(String.valueOf(e.getMessage())));
        }
    }

    /** A binary frame, which cannot be a command. */
    public void receivedBinary() {
        var waitMs = toWait();
        refuse(null, null, waitMs > 0 ? tooFast(waitMs) : Refusal.bad("a frame is text, not binary"));
    }

    private long toWait() {
        var waitMs = rate.take(System.nanoTime());
        if (rate.ignored()) {
            close(CloseCode.TOO_FAST);
        }
        return waitMs;
    }

    private static Refusal tooFast(long waitMs) {
        return new Refusal(ErrorCode.RATE_LIMITED, "too fast", waitMs);
    }

    /** The connection is gone, whoever ended it. */
    public void closed() {
        state = State.CLOSED;
        login.end();
        places.clear();
    }

    private void dispatch(Command command) {
        if (state != State.OPEN) {
            if (command instanceof Command.Hello hello && state == State.NEW) {
                hello(hello);
            } else {
                refuse(command, new Refusal(ErrorCode.UNAUTHORIZED, "say hello first, and wait for welcome"));
            }
            return;
        }
        switch (command) {
            case Command.Hello hello -> refuse(hello, Refusal.bad("hello: was said before"));
            case Command.Auth auth -> {
                accepted();
                var renewed = login.renew(auth.token()).map(_ -> Codec.encode(Frame.Ok.plain(auth.req())));
                answer(auth, renewed, () -> {});
            }
            case Command.Join join -> join(join);
            case Command.Leave leave -> leave(leave);
            case Command.Send send -> {
                accepted();
                lanes.run(send.room(), done -> answer(send, send(send), done));
            }
            case Command.History history -> {
                accepted();
                answer(history, history(history), () -> {});
            }
            case Command.Ping ping -> ok(ping, Codec.encode(Frame.Ok.plain(ping.req())));
        }
    }

    // ---- hello

    private void hello(Command.Hello hello) {
        if (hello.protocol() != null && hello.protocol() != Dispatcher.PROTOCOL) {
            refuse(hello, Refusal.bad("protocol: this server speaks " + Dispatcher.PROTOCOL));
            close(CloseCode.VERSION);
            return;
        }
        var rooms = hello.rooms() == null ? Map.<RoomId, dev.bincang.protocol.@Nullable Id>of() : hello.rooms();
        if (rooms.size() > desk.limits.rooms()) {
            refuse(hello, places.full());
            return;
        }
        state = State.GREETING;
        var early = peer.takeToken();
        login.enter(hello.token() != null ? hello.token() : early, hello.guest())
                .chain(identity ->
                        places.enterAll(rooms).map(joined -> desk.welcome(hello.req(), peer, identity, joined)))
                .subscribe()
                .with(
                        welcome -> peer.onLoop(() -> greet(hello, welcome)),
                        failure -> peer.onLoop(() -> sendAway(hello, desk.refusal(failure))));
    }

    private void greet(Command.Hello hello, Frame.Welcome welcome) {
        if (state == State.GREETING) {
            state = State.OPEN;
            ok(hello, Codec.encode(welcome));
            places.startAll();
        } else {
            places.clear();
        }
    }

    private void sendAway(Command.Hello hello, Refusal refusal) {
        if (state != State.GREETING) {
            return;
        }
        state = State.NEW;
        places.clear();
        refuse(hello, refusal);
        switch (refusal.code()) {
            case UNAUTHORIZED -> close(CloseCode.BAD_TOKEN);
            case UNAVAILABLE -> close(CloseCode.REDIS_AWAY);
            default -> {} // a wrong name, say: the client may try again until the hello's deadline
        }
    }

    // ---- commands

    private void join(Command.Join join) {
        var newest = join.last() == null ? 0 : join.last();
        if (newest < 0 || newest > desk.limits.historyPage()) {
            refuse(join, Refusal.bad("last: a number from 0 to " + desk.limits.historyPage()));
            return;
        }
        accepted();
        places.enter(join.room(), true, join.after(), newest)
                .subscribe()
                .with(
                        joined -> peer.onLoop(() -> {
                            ok(join, joined(join, joined));
                            joined.subscription().start();
                            ended();
                        }),
                        failure -> peer.onLoop(() -> {
                            refuse(join, desk.refusal(failure));
                            ended();
                        }));
    }

    private static byte[] joined(Command.Join join, Joined joined) {
        var pass = joined.pass();
        return Codec.encode(Frame.Ok.joined(join.req(), join.room(), joined.at(), pass.role(), pass.name()));
    }

    private void leave(Command.Leave leave) {
        if (places.leave(leave.room())) {
            ok(leave, Codec.encode(Frame.Ok.plain(leave.req())));
        } else {
            refuse(leave, Refusal.bad("room: not joined"));
        }
    }

    private Uni<byte[]> send(Command.Send send) {
        return desk.messages
                .send(login.actor(), send.room(), send.text(), send.replyTo(), send.key())
                .map(stored ->
                        Codec.encode(Frame.Ok.stored(send.req(), stored.id(), stored.time(), stored.duplicate())));
    }

    private Uni<byte[]> history(Command.History history) {
        return desk.messages
                .history(login.actor(), history.room(), history.before(), history.limit())
                .map(page -> Codec.history(history.req(), page.events(), page.more()));
    }

    /** Answers when it is done, one way or the other; {@code then} runs last. */
    private void answer(Command command, Uni<byte[]> result, Runnable then) {
        result.subscribe()
                .with(
                        frame -> peer.onLoop(() -> {
                            ok(command, frame);
                            ended();
                            then.run();
                        }),
                        failure -> peer.onLoop(() -> {
                            refuse(command, desk.refusal(failure));
                            ended();
                            then.run();
                        }));
    }

    /** Counts the ones that wait in a lane too: all of them are what this connection costs. */
    private void accepted() {
        if (++inFlight >= desk.limits.commandsInFlight()) {
            peer.reading(false);
        }
    }

    private void ended() {
        inFlight--;
        if (inFlight <= desk.limits.commandsInFlight() / 2) {
            peer.reading(true);
        }
    }

    // ---- answers

    private void ok(Command command, byte[] frame) {
        desk.count(command, "ok");
        if (state != State.CLOSED) {
            peer.reply(frame);
        }
    }

    private void refuse(Command command, Refusal refusal) {
        refuse(command, command.req(), refusal);
    }

    private void refuse(@Nullable Command command, @Nullable Long req, Refusal refusal) {
        desk.count(command, refusal.code().wire());
        if (state != State.CLOSED) {
            peer.reply(Codec.encode(refusal.frame(req)));
            if (state == State.NEW && ++strangeFrames >= PATIENCE) {
                close(CloseCode.BAD_PROTOCOL);
            }
        }
    }

    private void close(CloseCode code) {
        peer.close(code);
        closed();
    }
}
