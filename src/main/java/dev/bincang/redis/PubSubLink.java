package dev.bincang.redis;

import io.vertx.core.Context;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one connection on which this pod hears the channels of its rooms. Everything here, the listener included, runs on
 * one event loop, {@link #execute}.
 *
 * <p>What Redis publishes is a hint: it may be lost with the link. The listener is told {@code stale} when the link
 * breaks and {@code fresh} when a new one has subscribed to everything again; late data of an old one are dropped.
 */
@SuppressWarnings("ReferenceEquality") // which connection, not what it is equal to
public final class PubSubLink {

    /** Who listens. */
    public interface Listener {
        default void message(String channel, byte[] payload) {}

        /** The channel is subscribed: whatever is published from now on will be heard. */
        default void subscribed(String channel) {}

        /** Published messages may have been missed since an unknown moment. */
        default void stale() {}

        /** All channels are subscribed again. */
        void fresh();
    }

    private static final Logger LOG = Logger.getLogger(PubSubLink.class);
    private static final int BATCH = 500;

    private final Context context;
    private final String pulse;
    private final Set<String> wanted = new HashSet<>();
    /** Acknowledgements still to come per channel: only the last one means that the channel is on. */
    private final Map<String, Integer> awaited = new HashMap<>();

    private List<String> unsent = new ArrayList<>();
    private @Nullable RedisConnection connection;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private boolean fresh;
    /** Whether anything came since it was asked last. */
    private boolean sign;

    private @Nullable Throwable trouble;

    PubSubLink(Context context, String pulse) {
        this.context = context;
        this.pulse = pulse;
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Runs on this link's event loop, always later. */
    public void execute(Runnable task) {
        context.runOnContext(_ -> task.run());
    }

    /** Subscribes now, or as soon as there is a link. Several of one tick share a command. */
    public void subscribe(String channel) {
        wanted.add(channel);
        if (connection != null) {
            if (unsent.isEmpty()) {
                execute(this::flush);
            }
            unsent.add(channel);
            awaited.merge(channel, 1, Integer::sum);
        }
    }

    public void unsubscribe(String channel) {
        wanted.remove(channel);
        if (connection != null) {
            flush();
            send(Request.cmd(Command.UNSUBSCRIBE).arg(channel));
        }
    }

    private void flush() {
        var channels = unsent;
        unsent = new ArrayList<>();
        for (int from = 0; from < channels.size(); from += BATCH) {
            var request = Request.cmd(Command.SUBSCRIBE);
            channels.subList(from, Math.min(from + BATCH, channels.size())).forEach(request::arg);
            send(request);
        }
    }

    private void send(Request request) {
        var to = connection;
        if (to != null) {
            to.send(request).onFailure(failure -> lost(to, failure));
        }
    }

    boolean isUp() {
        return connection != null;
    }

    boolean isFresh() {
        return fresh;
    }

    /** Whether anything came since this was called last: the echo or any other push. */
    boolean takeSign() {
        var was = sign;
        sign = false;
        return was;
    }

    /** Why the link was lost since this was called last, or null. */
    @Nullable
    Throwable takeTrouble() {
        var was = trouble;
        trouble = null;
        return was;
    }

    void up(RedisConnection opened) {
        connection = opened;
        sign = false;
        awaited.clear();
        unsent = new ArrayList<>(wanted);
        unsent.add(pulse); // last: its acknowledgement says that all others have come
        unsent.forEach(channel -> awaited.put(channel, 1));
        opened.handler(reply -> context.runOnContext(_ -> {
            if (connection == opened) {
                received(reply);
            }
        }));
        opened.exceptionHandler(failure -> failed(opened, failure));
        opened.endHandler(_ -> lost(opened, new Trouble(Trouble.CLOSED)));
        flush();
    }

    private void lost(RedisConnection which, Throwable why) {
        execute(() -> {
            if (connection == which) {
                trouble = why;
                down();
            }
        });
    }

    /** An error comes after the end that it is the reason of. */
    private void failed(RedisConnection which, Throwable why) {
        execute(() -> {
            if (connection == which || connection == null) {
                trouble = why;
                down();
            }
        });
    }

    void down() {
        var was = connection;
        connection = null;
        unsent = new ArrayList<>();
        if (was != null) {
            was.close();
        }
        if (fresh) {
            fresh = false;
            tell(Listener::stale);
        }
    }

    /** For good, at this pod's end: nobody waits for it to be up again. */
    void end() {
        listeners.clear();
        down();
    }

    /** One listener's failure must not keep the others from hearing. */
    private void tell(Consumer<Listener> what) {
        for (var listener : listeners) {
            try {
                what.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("a listener to Redis failed", e);
            }
        }
    }

    private void received(Response reply) {
        sign = true;
        if (reply instanceof ErrorType refused) { // a SUBSCRIBE: the client has no other way to say so
            trouble = refused;
            down();
            return;
        }
        if (reply.size() < 3) {
            return;
        }
        var channel = reply.get(1).toString();
        switch (reply.get(0).toString()) {
            case "message" -> {
                if (!channel.equals(pulse)) {
                    var payload = reply.get(2).toBytes();
                    tell(listener -> listener.message(channel, payload));
                }
            }
            case "subscribe" -> acknowledged(channel);
            default -> {} // "unsubscribe": nothing waits for it
        }
    }

    private void acknowledged(String channel) {
        if (awaited.merge(channel, -1, Integer::sum) > 0) {
            return;
        }
        awaited.remove(channel);
        if (channel.equals(pulse)) {
            fresh = true;
            tell(Listener::fresh);
        } else if (wanted.contains(channel)) {
            tell(listener -> listener.subscribed(channel));
        }
    }
}
