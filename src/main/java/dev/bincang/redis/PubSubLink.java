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
 * The single connection that receives the channels of this pod's rooms. Everything here, including the listeners, runs
 * on one event loop, {@link #execute}.
 *
 * <p>What Redis publishes is only a hint: it may be lost with the link. A listener is told {@code stale} when the link
 * breaks, and {@code fresh} when a new link has subscribed to all channels again. Late data from an old link is
 * dropped.
 */
@SuppressWarnings("ReferenceEquality") // connections are compared by identity
public final class PubSubLink {

    /** Hears what happens on the link. */
    public interface Listener {
        default void message(String channel, byte[] payload) {}

        /** The channel is subscribed. Everything that is published from now on will be heard. */
        default void subscribed(String channel) {}

        /** Published messages may have been missed, since an unknown time. */
        default void stale() {}

        /** All channels are subscribed again. */
        void fresh();
    }

    private static final Logger LOG = Logger.getLogger(PubSubLink.class);
    private static final int BATCH = 500;

    private final Context context;
    private final String pulse;
    private final Set<String> wanted = new HashSet<>();
    /** The outstanding acknowledgements for each channel. Only the last one means that the channel is subscribed. */
    private final Map<String, Integer> awaited = new HashMap<>();

    private List<String> unsent = new ArrayList<>();
    private @Nullable RedisConnection connection;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private boolean fresh;
    /** Whether anything came since {@link #takeSign} was last called. */
    private boolean sign;

    private @Nullable Throwable trouble;

    PubSubLink(Context context, String pulse) {
        this.context = context;
        this.pulse = pulse;
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Runs a task on this link's event loop, never immediately. */
    public void execute(Runnable task) {
        context.runOnContext(_ -> task.run());
    }

    /** Subscribes now, or when a link is up. Channels that are added in one tick of the loop share a command. */
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

    /** Whether anything came since the last call of this method: the echo or any other push. */
    boolean takeSign() {
        var was = sign;
        sign = false;
        return was;
    }

    /** Why the link was lost since the last call of this method, or null. */
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
        unsent.add(pulse); // last: its acknowledgement shows that all others have come
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

    /** Handles an error of a connection. The client reports the error after the end that it caused. */
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

    /** Ends the link for good when this pod ends. No listener is told. */
    void end() {
        listeners.clear();
        down();
    }

    /** Calls every listener. A listener that fails does not keep the others from hearing. */
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
        if (reply instanceof ErrorType refused) { // a SUBSCRIBE was refused; the client reports it only here
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
            default -> {} // "unsubscribe": no code waits for it
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
