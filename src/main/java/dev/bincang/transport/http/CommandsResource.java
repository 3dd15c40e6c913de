package dev.bincang.transport.http;

import dev.bincang.BincangConfig;
import dev.bincang.LimitsConfig;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.command.Command;
import dev.bincang.command.Commands;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Text;
import dev.bincang.room.Actor;
import dev.bincang.transport.Dispatcher;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/commands}: one command or an array of commands, in the same JSON as on the socket. The commands run
 * one after the other and are answered in the same order. A refused command is answered by its {@code error} frame, as
 * on the socket.
 */
@Path("/api/commands")
@Singleton
public class CommandsResource {

    /** The answer to one command and its HTTP status. */
    private record Done(byte[] frame, int status) {}

    private final ApiEntry apiEntry;
    private final Commands commands;
    private final Dispatcher dispatcher;
    private final RateLimits rates;
    private final LimitsConfig limits;
    private final long answerSize;

    CommandsResource(
            ApiEntry apiEntry, Commands commands, Dispatcher dispatcher, RateLimits rates, BincangConfig config) {
        this.apiEntry = apiEntry;
        this.commands = commands;
        this.dispatcher = dispatcher;
        this.rates = rates;
        limits = config.limits();
        answerSize = config.http().answerSize().asLongValue();
    }

    /** Runs the commands. The status is 200 for an array; for one command it is 200 or that of its refusal. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<byte[]>> post(byte[] bytes) {
        var actor = apiEntry.actor();
        var body = Text.utf8(bytes);
        List<String> frames;
        try {
            frames = Codec.frames(body, limits.commandsInFlight());
        } catch (Codec.BadFrame e) {
            throw Refusal.bad(String.valueOf(e.getMessage()));
        }
        if (!Codec.isArray(body)) {
            return done(actor, frames.getFirst(), false)
                    .map(one -> RestResponse.ResponseBuilder.create(
                                    RestResponse.Status.fromStatusCode(one.status), one.frame)
                            .build());
        }
        var written = new AtomicLong(); // exact, because the commands run one after the other
        return Multi.createFrom()
                .range(0, frames.size())
                .onItem()
                .transformToUniAndConcatenate(
                        i -> written.get() < answerSize ? done(actor, frames.get(i), i > 0) : full(frames.get(i)))
                .map(Done::frame)
                .invoke(frame -> written.addAndGet(frame.length))
                .collect()
                .asList()
                .map(all -> RestResponse.ok(Codec.array(all)));
    }

    private Uni<Done> full(String frame) {
        var later = new Refusal(ErrorCode.RATE_LIMITED, "the answers to earlier commands have filled the response", 0L);
        return Uni.createFrom().item(refused(null, Codec.req(frame), later));
    }

    /** @param counts whether the command counts as a further request; {@link ApiEntry} has counted the first one */
    private Uni<Done> done(Actor actor, String frame, boolean counts) {
        var tooFast = counts ? rates.take(What.REQUEST, actor.key()) : null;
        if (tooFast != null) {
            return Uni.createFrom().item(refused(null, Codec.req(frame), tooFast));
        }
        if (Text.exceeds(frame, limits.frameSize().asLongValue())) {
            var tooLarge = new Refusal(
                    ErrorCode.TOO_LARGE,
                    "a frame must have at most " + limits.frameSize().asLongValue() + " bytes");
            return Uni.createFrom().item(refused(null, null, tooLarge));
        }
        try {
            var command = commands.read(frame);
            return commands.run(actor, command)
                    .map(answer -> {
                        dispatcher.answered(command);
                        return new Done(answer, RestResponse.StatusCode.OK);
                    })
                    .onFailure()
                    .recoverWithItem(failure -> refused(command, command.req(), dispatcher.refusal(failure)));
        } catch (Codec.BadFrame e) {
            return Uni.createFrom().item(refused(null, e.req(), Refusal.bad(String.valueOf(e.getMessage()))));
        }
    }

    private Done refused(@Nullable Command command, @Nullable Long req, Refusal refusal) {
        dispatcher.refused(command, refusal.code());
        return new Done(Codec.encode(refusal.frame(req)), refusal.code().status());
    }
}
