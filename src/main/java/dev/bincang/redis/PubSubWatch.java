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

/** The half of the {@link Watchdog} that keeps the pub/sub link: to the same server as the command link. On its loop. */
final class PubSubWatch {

    private final Connector connector;
    private final PubSubLink link;
    private final Supplier<@Nullable Server> master;
    private final Consumer<String> trouble;
    private final Backoff again = new Backoff(Watchdog.FIRST_RETRY, Watchdog.LAST_RETRY);
    /** Of the echo, or whatever else comes by this link, since Redis has taken a pulse. */
    private final Silence deaf;

    private boolean connecting;
    /** {@link System#nanoTime} before which no link is opened. */
    private long notBefore = System.nanoTime();

    /**
     * @param master which server the command link is to, or null while there is none
     * @param trouble is told in a sentence why there is no link
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

    /** Called each interval while the command link is up. */
    void tick(long now) {
        deaf.tick(now);
        if (link.takeSign()) {
            deaf.answered();
        }
        if (link.isUp() && deaf.tooLong()) {
            link.down();
            failed(new Trouble("it is silent"));
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

    /** Redis has taken a pulse: its echo is due. */
    void echoDue() {
        deaf.due();
    }

    /** Opens a link to the master in place of the one that is. */
    void replace() {
        link.down();
        connect();
    }

    /** Opens a link unless one is open. */
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
