package dev.bincang.redis.link;

import dev.bincang.redis.retry.SeldomLog;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
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
@SuppressWarnings("ReferenceEquality") // connections and batches are compared by identity
public final class WriteLink {

    private static final SeldomLog LOG = new SeldomLog(Logger.getLogger(WriteLink.class));
    private static final int BATCH = 500;

    /** A write and whoever waits for its answer. */
    private static final class Write {
        private final Request request;
        private final @Nullable String asking;
        private final UniEmitter<? super Reply> emitter;
        private @Nullable Reply reply;

        private Write(Request request, @Nullable String asking, UniEmitter<? super Reply> emitter) {
            this.request = request;
            this.asking = asking;
            this.emitter = emitter;
        }
    }

    private final Vertx vertx;
    private final Executor loop;
    private final Supplier<Uni<RedisConnection>> opener;
    private final Supplier<@Nullable String> marker;
    private final Runnable markerMoved;
    private final Durability durability;
    private final int maxWaiting;
    private List<Write> waiting = new ArrayList<>();
    private List<Write> batch = List.of();
    private @Nullable RedisConnection connection;
    private boolean opening;
    /** Numbers the connections. One that was asked for before the link broke is not used. */
    private int generation;

    /**
     * @param opener connects to the server of the command link; fails if there is none
     * @param marker the key that each batch writes; null while the server has no slot
     * @param markerMoved called if the slot of that key is moving
     * @param maxWaiting writes that may wait; more are refused
     */
    public WriteLink(
            Vertx vertx,
            Executor loop,
            Supplier<Uni<RedisConnection>> opener,
            Supplier<@Nullable String> marker,
            Runnable markerMoved,
            Durability durability,
            int maxWaiting) {
        this.vertx = vertx;
        this.loop = loop;
        this.opener = opener;
        this.marker = marker;
        this.markerMoved = markerMoved;
        this.durability = durability;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Sends a write. It is answered when the write is durable. Fails as {@link CommandLink#send}, and with {@code
     * unavailable} if too few replicas have it in time; then the write may or may not be durable later.
     *
     * @param asking a key to mark the batch with, if the slot of the write is moving to this server; else null
     */
    public Uni<Reply> send(Request request, @Nullable String asking) {
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
            var of = generation;
            opener.get()
                    .subscribe()
                    .with(
                            opened -> {
                                opened.endHandler(_ -> loop.execute(() -> broken(opened)));
                                opened.exceptionHandler(_ -> loop.execute(() -> broken(opened)));
                                loop.execute(() -> up(opened, of));
                            },
                            failure -> loop.execute(() -> {
                                if (of == generation) {
                                    down("there is no link for writes: " + Trouble.of(failure));
                                }
                            }));
        }
    }

    private void up(RedisConnection opened, int of) {
        if (of == generation) {
            opening = false;
            connection = opened;
            next();
        } else {
            opened.close(); // the server of the command link may be another one by now
        }
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
        opening = false;
        generation++;
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
        if (to == null || !batch.isEmpty() || waiting.isEmpty()) {
            return;
        }
        batch = List.copyOf(waiting.subList(0, Math.min(BATCH, waiting.size())));
        waiting = new ArrayList<>(waiting.subList(batch.size(), waiting.size()));
        batch.forEach(write -> send(to, write));
        var marked = mark(to);
        var late = vertx.setTimer(2 * durability.patience().toMillis(), _ -> late(to, batch));
        to.send(durability.waiting())
                .onComplete(done -> loop.execute(() -> {
                    vertx.cancelTimer(late);
                    if (connection == to) {
                        answered(to, marked, done);
                    }
                }));
    }

    private Future<@Nullable Response> mark(RedisConnection to) {
        var key = marker.get();
        if (key == null) { // a node without a slot gets only writes of slots that are moving to it
            key = batch.getFirst().asking;
            if (key == null) {
                return Future.failedFuture("this Redis has no slot");
            }
            to.send(Request.cmd(Command.ASKING)).onFailure(_ -> {}); // the next command fails as well
        }
        return to.send(Request.cmd(Command.SET).arg(key).arg("1"));
    }

    /** Breaks the link, unless the answers are in the socket already: this pod may have stood still. */
    private void late(RedisConnection to, List<Write> which) {
        vertx.setTimer(
                Math.max(1, durability.patience().toMillis() / 10),
                _ -> loop.execute(() -> {
                    if (connection == to && batch == which) {
                        broken(to);
                    }
                }));
    }

    private void send(RedisConnection to, Write write) {
        if (write.asking != null) {
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

    private void answered(RedisConnection to, Future<@Nullable Response> marked, AsyncResult<Response> waited) {
        if (waited.failed() && !(waited.cause() instanceof ErrorType)) {
            broken(to);
            return;
        }
        if (marked.failed() && Redirect.of(marked.cause()) != null) {
            markerMoved.run();
        }
        var durable = marked.succeeded() && waited.succeeded() && durability.isMet(new Reply(waited.result()));
        if (!durable) {
            LOG.warn("writes are not durable in time: too few replicas have them, or they are not on disk");
        }
        var all = batch;
        batch = List.of();
        for (var write : all) {
            if (write.reply == null) {
                continue; // it has failed
            }
            if (durable) {
                write.emitter.complete(write.reply);
            } else {
                write.emitter.fail(
                        CommandLink.unavailable("it is not as durable yet as bincang.log.replicas asks for"));
            }
        }
        next();
    }
}
