package dev.bincang.redis.node;

import dev.bincang.redis.link.Connector;
import dev.bincang.redis.link.PubSubLink;
import dev.bincang.redis.link.Trouble;
import dev.bincang.redis.retry.Backoff;
import dev.bincang.redis.retry.Silence;
import io.vertx.redis.client.RedisConnection;
import java.time.Duration;
import java.util.concurrent.Executor;
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
    private final Executor loop;
    private final Supplier<@Nullable Place> place;
    private final Consumer<String> trouble;
    private final Backoff again = new Backoff(Watchdog.FIRST_RETRY, Watchdog.LAST_RETRY);
    /** The silence on this link since Redis accepted a pulse. The echo or any other data ends it. */
    private final Silence deaf;

    private boolean connecting;
    /** The {@link System#nanoTime} before which no link is opened. */
    private long notBefore = System.nanoTime();

    /**
     * Where the link belongs.
     *
     * @param master the server that the command link is connected to
     * @param pulse the channel of the echo
     */
    record Place(Server master, String pulse) {}

    /**
     * @param place null while there is none
     * @param trouble receives a sentence that tells why there is no link
     */
    PubSubWatch(
            Connector connector,
            PubSubLink link,
            Executor loop,
            Duration interval,
            Duration timeout,
            Supplier<@Nullable Place> place,
            Consumer<String> trouble) {
        this.connector = connector;
        this.link = link;
        this.loop = loop;
        this.place = place;
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
        var expected = place.get();
        if (connecting || link.isUp() || expected == null) {
            return;
        }
        connecting = true;
        connector
                .connect()
                .chain(opened -> expected.master.isAt(connector, opened))
                .subscribe()
                .with(
                        opened -> loop.execute(() -> {
                            connecting = false;
                            opened(opened, expected);
                        }),
                        failure -> loop.execute(() -> {
                            connecting = false;
                            failed(failure);
                        }));
    }

    private void opened(RedisConnection opened, Place expected) {
        if (expected.equals(place.get())) {
            deaf.answered();
            link.up(opened, expected.pulse);
        } else {
            opened.close();
        }
    }

    private void failed(Throwable failure) {
        trouble.accept(Trouble.of(failure));
        notBefore = System.nanoTime() + again.failed().toNanos();
    }
}
