package dev.bincang.redis;

import dev.bincang.redis.retry.Backoff;
import dev.bincang.redis.retry.Silence;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of the {@link Watchdog} that keeps the pub/sub link open, to the same server as the command link. Runs on
 * the watchdog's loop.
 */
final class PubSubWatch {

    private final Connector connector;
    private final PubSubLink link;
    private final Supplier<@Nullable Server> master;
    private final Consumer<String> trouble;
    private final Backoff again = new Backoff(Watchdog.FIRST_RETRY, Watchdog.LAST_RETRY);
    /** The silence on this link since Redis accepted a pulse. The echo or any other data ends it. */
    private final Silence deaf;

    private boolean connecting;
    /** The {@link System#nanoTime} before which no link is opened. */
    private long notBefore = System.nanoTime();

    /**
     * @param master the server that the command link is connected to, or null if there is none
     * @param trouble receives a sentence that tells why there is no link
     */
    PubSubWatch(
            Connector connector,
            PubSubLink link,
            Duration interval,
            Duration timeout,
            Supplier<@Nullable Server> master,
            Consumer<String> trouble) {
        this.connector = connector;
        this.link = link;
        this.master = master;
        this.trouble = trouble;
        deaf = new Silence(interval, timeout);
    }

    /** Checks the link. Called at each interval while the command link is up. */
    void tick(long now) {
        deaf.tick(now);
        if (link.takeSign()) {
            deaf.answered();
        }
        if (link.isUp() && deaf.tooLong()) {
            link.down();
            failed(new Trouble("it has sent nothing for too long"));
        }
        var lost = link.takeTrouble();
        if (lost != null) {
            failed(lost);
        }
        if (link.isFresh()) {
            again.succeeded();
        } else if (now - notBefore >= 0) {
            connect();
        }
    }

    /** Tells that Redis accepted a pulse, so its echo is due. */
    void echoDue() {
        deaf.due();
    }

    /** Replaces the current link by a new one to the master. */
    void replace() {
        link.down();
        connect();
    }

    /** Opens a link, unless one is open. */
    void connect() {
        var expected = master.get();
        if (connecting || link.isUp() || expected == null) {
            return;
        }
        connecting = true;
        connector
                .connect()
                .chain(opened -> sameServer(opened, expected))
                .subscribe()
                .with(
                        opened -> link.execute(() -> {
                            connecting = false;
                            opened(opened, expected);
                        }),
                        failure -> link.execute(() -> {
                            connecting = false;
                            failed(failure);
                        }));
    }

    private void opened(RedisConnection opened, Server expected) {
        if (expected.equals(master.get())) {
            deaf.answered();
            link.up(opened);
        } else {
            opened.close();
        }
    }

    private void failed(Throwable failure) {
        trouble.accept(Trouble.of(failure));
        notBefore = System.nanoTime() + again.failed().toNanos();
    }

    private Uni<RedisConnection> sameServer(RedisConnection opened, Server expected) {
        return connector
                .ask(opened, Request.cmd(Command.INFO).arg("server"))
                .invoke(info -> {
                    if (!Server.field(info.text(), "run_id").equals(expected.run())) {
                        throw new Trouble("this is another server");
                    }
                })
                .onFailure()
                .invoke(() -> opened.close())
                .replaceWith(opened);
    }
}
