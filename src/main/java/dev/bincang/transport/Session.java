package dev.bincang.transport;

import dev.bincang.auth.RateLimit;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.command.Command;
import dev.bincang.command.CommandKind;
import dev.bincang.command.ConnectionCommand;
import dev.bincang.protocol.CloseCode;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.Text;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The session of one client, from {@code hello} to the end. Used on its connection's event loop only.
 *
 * <pre>
 *   new ──hello──▶ greeting ──welcome──▶ open ──▶ closed
 *    └──── 4104 no hello · 4000 not our protocol · 4001 bad token · 4103 Redis away ────▶
 * </pre>
 */
public final class Session implements Login.Holder {

    private static final int PATIENCE = 5;

    private enum State {
        NEW,
        GREETING,
        OPEN,
        CLOSED
    }

    private final Dispatcher dispatcher;
    private final Peer peer;
    private final RateLimit rate;
    private final Login login;
    private final JoinedRooms rooms;
    private final Lanes lanes;
    private final Answers answers;
    private State state = State.NEW;
    private int strangeFrames;

    Session(Dispatcher dispatcher, Peer peer) {
        this.dispatcher = dispatcher;
        this.peer = peer;
        var limits = dispatcher.limits;
        login = new Login(peer, this, dispatcher);
        rooms = new JoinedRooms(peer, login, dispatcher, limits.rooms());
        answers = new Answers(dispatcher, peer, this);
        lanes = new Lanes(peer::reading, limits.commandsInFlight());
        rate = new RateLimit(limits.commandsPerSecond(), limits.commandBurst(), System.nanoTime());
    }

    /** Whether {@code welcome} was sent. */
    public boolean greeted() {
        return state == State.OPEN;
    }

    @Override
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    @Override
    public void expel(Refusal why) {
        if (state != State.CLOSED) {
            peer.reply(Codec.encode(why.frame(null)));
            close(CloseCode.REVOKED);
        }
    }

    /** Tells the client to move, and closes it after {@code in}, once its commands are answered. */
    public void move(Duration in, CloseCode why) {
        if (state == State.OPEN) {
            peer.reply(Codec.encode(new Frame.Drain(in.toMillis())));
        }
        peer.after(in, () -> lanes.end(() -> close(why)));
    }

    /** Checks the token's expiry. Called every ping interval. */
    public void tick() {
        login.look();
    }

    /** Handles one text frame from the client. */
    public void received(String text) {
        if (state == State.CLOSED) {
            return;
        }
        var tooFast = tooFast();
        if (Text.exceeds(text, dispatcher.limits.frameBytes())) {
            refuse(null, null, dispatcher.tooLarge);
            return;
        }
        try {
            var command = dispatcher.commands.read(text);
            if (tooFast == null) {
                dispatch(command);
            } else {
                refuse(command, tooFast);
            }
        } catch (Codec.BadFrame e) {
            refuse(null, e.req(), tooFast != null ? tooFast : Refusal.bad(String.valueOf(e.getMessage())));
        }
    }

    /** Refuses a binary frame: a command is always text. */
    public void receivedBinary() {
        var tooFast = tooFast();
        refuse(null, null, tooFast != null ? tooFast : Refusal.bad("a frame must be text, not binary"));
    }

    private @Nullable Refusal tooFast() {
        var waitMs = rate.take(System.nanoTime());
        if (rate.ignored()) {
            close(CloseCode.TOO_FAST);
        }
        return waitMs > 0 ? new Refusal(ErrorCode.RATE_LIMITED, "too fast", waitMs) : null;
    }

    /** Ends the session after its connection was closed by either side. */
    public void closed() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            login.end();
            rooms.clear();
        }
    }

    private void dispatch(Command command) {
        if (state != State.OPEN) {
            if (command instanceof ConnectionCommand.Hello hello && state == State.NEW) {
                hello(hello);
            } else {
                refuse(command, new Refusal(ErrorCode.UNAUTHORIZED, "say hello first, and wait for welcome"));
            }
            return;
        }
        if (command instanceof ConnectionCommand own) {
            ofConnection(own);
            return;
        }
        lanes.begun();
        var lane = dispatcher.commands.lane(command);
        var read = lane.equals(CommandKind.READS);
        lanes.run(lane, done -> {
            if (read) {
                peer.whenWritable(() -> work(command, done));
            } else {
                work(command, done);
            }
        });
    }

    private void ofConnection(ConnectionCommand command) {
        switch (command) {
            case ConnectionCommand.Hello hello -> refuse(hello, Refusal.bad("hello: already sent"));
            case ConnectionCommand.Auth auth -> {
                lanes.begun();
                answer(auth, () -> login.renew(auth.token()).map(changed -> renewed(auth, changed)), () -> {});
            }
            case ConnectionCommand.Join join -> join(join);
            case ConnectionCommand.Leave leave -> leave(leave);
            case ConnectionCommand.Ping ping -> answers.ok(ping, Codec.encode(new Frame.Ok(ping.req())));
        }
    }

    /** Answers {@code auth}. If the roles changed, checks the access to every joined room again. */
    private byte[] renewed(ConnectionCommand.Auth auth, boolean changed) {
        if (changed) {
            rooms.doubt();
        }
        return Codec.encode(new Frame.Ok(auth.req()));
    }

    private void work(Command command, Runnable done) {
        answer(command, () -> dispatcher.run(login.actor(), peer, command), done);
    }

    // ---- hello

    private void hello(ConnectionCommand.Hello hello) {
        if (hello.protocol() != null && hello.protocol() != Dispatcher.PROTOCOL) {
            refuse(hello, Refusal.bad("protocol: this server only supports version " + Dispatcher.PROTOCOL));
            close(CloseCode.VERSION);
            return;
        }
        var wanted = hello.rooms() == null ? Map.<RoomId, @Nullable Id>of() : hello.rooms();
        if (wanted.size() > dispatcher.limits.rooms()) {
            refuse(hello, rooms.full());
            return;
        }
        state = State.GREETING;
        var early = peer.takeToken();
        var token = hello.token() != null ? hello.token() : early;
        login.enter(dispatcher.authenticator.authenticate(token, hello.guest(), peer.address()))
                .chain(identity -> rooms.enterAll(wanted, 0)
                        .map(joined -> dispatcher.welcome(hello.req(), peer, identity, joined)))
                .subscribe()
                .with(
                        welcome -> peer.onLoop(() -> greet(hello, welcome)),
                        failure -> peer.onLoop(() -> sendAway(hello, dispatcher.refusal(failure))));
    }

    private void greet(ConnectionCommand.Hello hello, Frame.Welcome welcome) {
        if (state == State.GREETING) {
            state = State.OPEN;
            answers.ok(hello, Codec.encode(welcome));
            login.look();
            rooms.startAll();
        } else {
            rooms.clear();
        }
    }

    private void sendAway(ConnectionCommand.Hello hello, Refusal refusal) {
        if (state != State.GREETING) {
            return;
        }
        state = State.NEW;
        rooms.clear();
        refuse(hello, refusal);
        var end = CloseCode.afterHello(refusal.code());
        if (end != null) {
            close(end);
        }
    }

    // ---- commands

    private void join(ConnectionCommand.Join join) {
        var newest = join.last() == null ? 0 : join.last();
        if (newest < 0 || newest > dispatcher.limits.historyPage()) {
            refuse(join, Refusal.bad("last: must be a number from 0 to " + dispatcher.limits.historyPage()));
            return;
        }
        var tooMany = dispatcher.rates.take(What.JOIN, login.actor().key());
        if (tooMany != null) {
            refuse(join, tooMany);
            return;
        }
        lanes.begun();
        answer(
                join,
                () -> rooms.enter(join.room(), true, join.after(), newest)
                        .map(as -> Codec.encode(new Frame.OkToJoin(
                                join.req(),
                                join.room(),
                                as.at().state(),
                                Objects.requireNonNull(as.at().head()),
                                as.pass().role(),
                                as.pass().name()))),
                () -> rooms.start(join.room()));
    }

    private void leave(ConnectionCommand.Leave leave) {
        if (rooms.leave(leave.room())) {
            answers.ok(leave, Codec.encode(new Frame.Ok(leave.req())));
        } else {
            refuse(leave, Refusal.bad("room: not joined"));
        }
    }

    private void answer(Command command, Supplier<Uni<? extends byte[]>> work, Runnable then) {
        answers.of(command, work, () -> {
            lanes.ended();
            then.run();
        });
    }

    private void refuse(Command command, Refusal refusal) {
        refuse(command, command.req(), refusal);
    }

    private void refuse(@Nullable Command command, @Nullable Long req, Refusal refusal) {
        answers.refuse(command, req, refusal);
        if (state == State.NEW && ++strangeFrames >= PATIENCE) {
            close(CloseCode.BAD_PROTOCOL);
        }
    }

    private void close(CloseCode code) {
        if (state != State.CLOSED) {
            peer.close(code);
            closed();
        }
    }
}
