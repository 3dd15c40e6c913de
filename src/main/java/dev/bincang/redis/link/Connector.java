package dev.bincang.redis.link;

import dev.bincang.redis.setup.SharedFlush;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Opens connections that are not reused after they are closed.
 *
 * <p>The client's pool takes a closed connection back as good, even a frozen one, unless the connection is in a state
 * that cannot be shared. So each new connection is put into such a state by an UNSUBSCRIBE from no real channel.
 */
public final class Connector {

    private final Vertx vertx;
    private final Supplier<Future<Redis>> where;
    private final Duration timeout;
    private final String hint;
    private final LongAdder tries = new LongAdder();

    /**
     * @param where finds the client of the server to connect to
     * @param tls whether the address uses TLS; a server port without TLS would not answer at all
     */
    public Connector(Vertx vertx, Supplier<Future<Redis>> where, Duration timeout, boolean tls) {
        this.vertx = vertx;
        this.where = where;
        this.timeout = timeout;
        hint = tls ? "; " + Trouble.NO_TLS : "";
    }

    /** Opens a connection. Fails if there is none within the timeout; a connection that comes later is closed. */
    public Uni<RedisConnection> connect() {
        tries.increment();
        return Uni.createFrom().emitter(emitter -> {
            var late = new AtomicBoolean();
            var timer = vertx.setTimer(timeout.toMillis(), _ -> {
                late.set(true);
                emitter.fail(new Trouble("no connection within " + timeout.toMillis() + " ms" + hint));
            });
            where.get().compose(Redis::connect).compose(Connector::marked).onComplete(done -> {
                vertx.cancelTimer(timer);
                if (done.failed()) {
                    emitter.fail(done.cause());
                } else if (late.get()) {
                    var _ = done.result().close();
                } else {
                    emitter.complete(done.result());
                }
            });
        });
    }

    /** The number of attempts to open a connection. */
    public long tries() {
        return tries.sum();
    }

    /** Sends a command on a connection that is not in use yet. Fails if no answer comes within the timeout. */
    public Uni<Reply> ask(RedisConnection connection, Request request) {
        return Uni.createFrom()
                .<Reply>emitter(emitter -> connection.send(request).onComplete(done -> {
                    if (done.succeeded()) {
                        emitter.complete(new Reply(done.result()));
                    } else {
                        emitter.fail(done.cause());
                    }
                }))
                .ifNoItem()
                .after(timeout)
                .failWith(() -> new Trouble("no answer within " + timeout.toMillis() + " ms"));
    }

    /**
     * Sends the UNSUBSCRIBE and waits for its acknowledgement. In RESP2 the acknowledgement would otherwise be taken
     * for the answer to the next command.
     */
    private static Future<RedisConnection> marked(RedisConnection connection) {
        SharedFlush.on(ContextInternal.current().nettyEventLoop());
        var acknowledged = Promise.<RedisConnection>promise();
        connection.exceptionHandler(acknowledged::tryFail);
        connection.endHandler(_ -> acknowledged.tryFail(new Trouble(Trouble.CLOSED)));
        connection.handler(reply -> {
            if (reply instanceof ErrorType refused) {
                acknowledged.tryFail(refused);
            } else {
                acknowledged.tryComplete(connection);
            }
        });
        connection.send(Request.cmd(Command.UNSUBSCRIBE).arg("none")).onFailure(acknowledged::tryFail);
        return acknowledged.future();
    }
}
