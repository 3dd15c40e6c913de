package dev.bincang.transport;

import dev.bincang.BincangConfig;
import dev.bincang.LimitsConfig;
import dev.bincang.auth.Authenticator;
import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.auth.RateLimits;
import dev.bincang.cluster.Pods;
import dev.bincang.command.Command;
import dev.bincang.command.Commands;
import dev.bincang.log.ReadAccess;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import dev.bincang.transport.load.Admission;
import dev.bincang.transport.load.Outcomes;
import dev.bincang.transport.load.Shares;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpClosedException;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Holds what all sessions share: the use cases, the limits, and the mapping of failures to answers. */
@Singleton
public class Dispatcher {

    /** The version of the protocol. */
    static final int PROTOCOL = 1;

    private static final Logger LOG = Logger.getLogger(Dispatcher.class);

    final Authenticator authenticator;
    final Commands commands;
    final Connections connections;
    final Admission admission;
    final RateLimits rates;
    final Shares shares;
    final ReadAccess readAccess;
    final BincangConfig config;
    final Frame.Limits limits;
    final Refusal tooLarge;
    private final Frame.Limits httpLimits;

    private final Pods pods;
    private final MeterRegistry registry;
    private final Outcomes told;
    private final Map<String, Counter> outcomes = new ConcurrentHashMap<>();

    Dispatcher(
            Authenticator authenticator,
            Commands commands,
            Connections connections,
            Admission admission,
            RateLimits rates,
            Shares shares,
            ReadAccess readAccess,
            Pods pods,
            BincangConfig config,
            Outcomes told,
            MeterRegistry registry) {
        this.told = told;
        this.authenticator = authenticator;
        this.commands = commands;
        this.connections = connections;
        this.admission = admission;
        this.rates = rates;
        this.shares = shares;
        this.readAccess = readAccess;
        this.config = config;
        this.registry = registry;
        this.pods = pods;
        var of = config.limits();
        limits = limits(of, of.rooms());
        tooLarge = new Refusal(ErrorCode.TOO_LARGE, "a frame must have at most " + limits.frameBytes() + " bytes");
        httpLimits = limits(of, of.httpRooms());
    }

    private static Frame.Limits limits(LimitsConfig of, int rooms) {
        return new Frame.Limits(
                of.frameSize().asLongValue(),
                of.textLength(),
                rooms,
                of.commandsPerSecond(),
                of.commandBurst(),
                of.commandsInFlight(),
                of.historyPage());
    }

    /** Opens a session for a client that has just connected. */
    public Session open(Peer peer) {
        return new Session(this, peer);
    }

    /** Opens a session for a client that only listens, until its request is answered. */
    public ListenerSession listen(Peer peer) {
        return new ListenerSession(this, peer);
    }

    /** Runs a command when the user's turn comes, as {@link Commands#run} does. */
    Uni<byte[]> run(Actor actor, Peer peer, Command command) {
        return shares.run(actor.key(), peer::onLoop, () -> commands.run(actor, command));
    }

    /** The answer to an accepted {@code hello}. Without {@code req} it is the first frame of a stream. */
    Frame.Welcome welcome(@Nullable Long req, Peer peer, Identity identity, Map<RoomId, Frame.RoomState> rooms) {
        return new Frame.Welcome(
                req,
                PROTOCOL,
                peer.id(),
                pods.self(),
                identity.user(),
                req == null ? null : identity.token(),
                peer.pingInterval().toMillis(),
                req == null ? httpLimits : limits,
                rooms);
    }

    /**
     * The refusal that answers a failure, from the closed table of error codes. An unknown failure is logged once, with
     * a reference that is also in the answer.
     */
    public Refusal refusal(Throwable failure) {
        if (failure instanceof Refusal refusal) {
            return refusal;
        }
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpClosedException) { // in the middle of a body: the client is gone
                return new Refusal(ErrorCode.UNAVAILABLE, "the connection was closed");
            }
        }
        var reference = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        LOG.errorf(failure, "internal error %s", reference);
        return new Refusal(ErrorCode.INTERNAL, "internal error, reference " + reference, 1000L);
    }

    /** Counts a refusal. {@code command} is null if the frame was not a command. */
    public void refused(@Nullable Command command, ErrorCode code) {
        told.refused(code);
        count(command, code.wire());
    }

    /** Counts an answer. */
    public void answered(Command command) {
        count(command, "ok");
    }

    private void count(@Nullable Command command, String outcome) {
        var kind = command == null ? "none" : command.kind();
        outcomes.computeIfAbsent(
                        kind + " " + outcome,
                        _ -> Counter.builder("bincang_commands")
                                .description("Commands answered, by kind and outcome: ok or an error code.")
                                .tags("kind", kind, "outcome", outcome)
                                .register(registry))
                .increment();
    }
}
