package dev.bincang.redis.link;

import dev.bincang.protocol.Refusal;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection for writes that must be durable before they are answered. WAIT blocks its whole connection, so all
 * writes that come while one batch waits form the next batch.
 *
 * <p>A write that is answered as a duplicate writes nothing, and WAIT looks only at what its own connection wrote. So
 * each batch writes a key of its own before it waits: then the first write of any pod is durable too.
 *
 * <p>The connection is opened for the first write. Runs on the nodes' loop; {@link #send} is callable from any thread.
 */
@SuppressWarnings("ReferenceEquality") // connections are compared by identity
public final class WriteLink {

    private static final int BATCH = 500;

    /** A write and whoever waits for its answer. */
    private static final class Write {
        private final Request request;
        private final boolean asking;
        private final UniEmitter<? super Reply> emitter;
        private @Nullable Reply reply;

        private Write(Request request, boolean asking, UniEmitter<? super Reply> emitter) {
            this.request = request;
            this.asking = asking;
            this.emitter = emitter;
        }
    }

    private final Vertx vertx;
    private final Executor loop;
    private final Supplier<Uni<RedisConnection>> opener;
    private final Supplier<@Nullable String> marker;
    private final Durability durability;
    private final int maxWaiting;
    private List<Write> waiting = new ArrayList<>();
    private List<Write> batch = List.of();
    private @Nullable RedisConnection connection;
    private boolean opening;

    /**
     * @param opener connects to the server of the command link; fails if there is none
     * @param marker the key that each batch writes; null while the server has no slot
     * @param maxWaiting writes that may wait; more are refused
     */
    public WriteLink(
            Vertx vertx,
            Executor loop,
            Supplier<Uni<RedisConnection>> opener,
            Supplier<@Nullable String> marker,
            Durability durability,
            int maxWaiting) {
        this.vertx = vertx;
        this.loop = loop;
        this.opener = opener;
        this.marker = marker;
        this.durability = durability;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Sends a write. It is answered when the write is durable. Fails as {@link CommandLink#send}, and with {@code
     * unavailable} if too few replicas have it in time; then the write may or may not be durable later.
     *
     * @param asking whether the slot of its key is moving to this server
     */
    public Uni<Reply> send(Request request, boolean asking) {
        return Uni.createFrom()
                .<Reply>emitter(emitter -> loop.execute(() -> add(new Write(request, asking, emitter))))
                .onFailure()
                .transform(CommandLink::translate);
    }

    private void add(Write write) {
        if (waiting.size() >= maxWaiting) {
            write.emitter.fail(CommandLink.unavailable("Redis is too slow"));
            return;
        }
        waiting.add(write);
        if (connection != null) {
            next();
        } else if (!opening) {
            opening = true;
            opener.get()
                    .subscribe()
                    .with(
                            opened -> loop.execute(() -> up(opened)),
                            failure -> loop.execute(() -> {
                                opening = false;
                                down("there is no link for writes: " + Trouble.of(failure));
                            }));
        }
    }

    private void up(RedisConnection opened) {
        opening = false;
        connection = opened;
        opened.endHandler(_ -> loop.execute(() -> broken(opened)));
        opened.exceptionHandler(_ -> loop.execute(() -> broken(opened)));
        next();
    }

    private void broken(RedisConnection which) {
        if (connection == which) {
            down("the link to Redis broke");
        }
    }

    /** Closes the connection. Every write that is not answered fails with {@code unavailable}. */
    public void down(String why) {
        var was = connection;
        connection = null;
        var failed = new ArrayList<>(batch);
        failed.addAll(waiting);
        batch = List.of();
        waiting = new ArrayList<>();
        if (was != null) {
            was.close();
        }
        failed.forEach(write -> write.emitter.fail(CommandLink.unavailable(why)));
    }

    /** Sends the next batch, unless one is under way. */
    private void next() {
        var to = connection;
        var key = marker.get();
        if (to == null || !batch.isEmpty() || waiting.isEmpty()) {
            return;
        }
        if (key == null) {
            down("this Redis has no slot yet");
            return;
        }
        batch = List.copyOf(waiting.subList(0, Math.min(BATCH, waiting.size())));
        waiting = new ArrayList<>(waiting.subList(batch.size(), waiting.size()));
        batch.forEach(write -> send(to, write));
        var marked = to.send(Request.cmd(Command.SET).arg(key).arg("1"));
        var late = vertx.setTimer(2 * durability.patience().toMillis(), _ -> loop.execute(() -> broken(to)));
        to.send(durability.waiting())
                .onComplete(done -> loop.execute(() -> {
                    vertx.cancelTimer(late);
                    if (connection == to) {
                        answered(marked.succeeded() && done.succeeded() && durability.isMet(new Reply(done.result())));
                    }
                }));
    }

    private void send(RedisConnection to, Write write) {
        if (write.asking) {
            to.send(Request.cmd(Command.ASKING)).onFailure(write.emitter::fail);
        }
        to.send(write.request).onComplete(done -> {
            if (done.succeeded()) {
                write.reply = new Reply(done.result());
            } else {
                write.emitter.fail(done.cause()); // nothing was written
            }
        });
    }

    private void answered(boolean durable) {
        var all = batch;
        batch = List.of();
        for (var write : all) {
            if (write.reply == null) {
                continue; // it has failed
            }
            if (durable) {
                write.emitter.complete(write.reply);
            } else {
                write.emitter.fail(tooFew());
            }
        }
        next();
    }

    private Refusal tooFew() {
        return CommandLink.unavailable("fewer replicas have the write than bincang.log.replicas asks for");
    }
}
