package dev.bincang.redis;

import io.vertx.core.Context;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private long lastSign;

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
            to.send(request).onFailure(_ -> lost(to));
        }
    }

    boolean isUp() {
        return connection != null;
    }

    boolean isFresh() {
        return fresh;
    }

    /** {@link System#nanoTime} of the last echo, or of the opening. */
    long lastSign() {
        return lastSign;
    }

    void up(RedisConnection opened) {
        connection = opened;
        lastSign = System.nanoTime();
        awaited.clear();
        unsent = new ArrayList<>(wanted);
        unsent.add(pulse); // last: its acknowledgement says that all others have come
        unsent.forEach(channel -> awaited.put(channel, 1));
        opened.handler(reply -> context.runOnContext(_ -> {
            if (connection == opened) {
                received(reply);
            }
        }));
        opened.exceptionHandler(_ -> lost(opened));
        opened.endHandler(_ -> lost(opened));
        flush();
    }

    private void lost(RedisConnection which) {
        execute(() -> {
            if (connection == which) {
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
            listeners.forEach(Listener::stale);
        }
    }

    /** For good, at this pod's end: nobody waits for it to be up again. */
    void end() {
        listeners.clear();
        down();
    }

    private void received(Response reply) {
        if (reply.size() < 3) {
            return;
        }
        var channel = reply.get(1).toString();
        switch (reply.get(0).toString()) {
            case "message" -> {
                if (channel.equals(pulse)) {
                    lastSign = System.nanoTime();
                } else {
                    var payload = reply.get(2).toBytes();
                    listeners.forEach(listener -> listener.message(channel, payload));
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
            lastSign = System.nanoTime();
            listeners.forEach(Listener::fresh);
        } else if (wanted.contains(channel)) {
            listeners.forEach(listener -> listener.subscribed(channel));
        }
    }
}
