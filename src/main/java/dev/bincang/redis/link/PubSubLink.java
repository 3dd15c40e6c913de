package dev.bincang.redis.link;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The single connection that receives channels from one server. Everything here runs on one event loop.
 *
 * <p>What Redis publishes is only a hint: it may be lost with the link. Whoever hears is told {@code stale} when the
 * link breaks, and {@code subscribed} when a new link has subscribed to a channel again. Late data from an old link are
 * dropped. In a cluster the channels are sharded: each belongs to a slot, and Redis says when that slot has moved.
 */
@SuppressWarnings("ReferenceEquality") // connections are compared by identity
public final class PubSubLink {

    /** Hears what happens on the links. */
    public interface Heard {
        void message(String channel, byte[] payload);

        /** The channel is subscribed. Everything that is published from now on will be heard. */
        void subscribed(String channel);

        /** Messages on these channels may be missed from now on. The link subscribes to them again. */
        void stale(Collection<String> channels);

        /** The slot of these channels is no longer at this server. The link has given them up. */
        void moved(Collection<String> channels);
    }

    private static final int BATCH = 500;

    private final Executor loop;
    private final Heard heard;
    private final boolean sharded;
    private final Set<String> wanted = new HashSet<>();
    /** The outstanding acknowledgements for each channel. Only the last one means that the channel is subscribed. */
    private final Map<String, Integer> awaited = new HashMap<>();
    /** Channels that were given up, with the number of outstanding acknowledgements. */
    private final Map<String, Integer> leaving = new HashMap<>();

    private List<String> unsent = new ArrayList<>();
    private @Nullable RedisConnection connection;
    private String pulse = "";
    private volatile boolean fresh;
    /** Whether anything came since {@link #takeSign} was last called. */
    private boolean sign;

    private @Nullable Throwable trouble;

    /**
     * @param loop the event loop on which everything runs
     * @param sharded whether the server is a node of a cluster
     */
    public PubSubLink(Executor loop, Heard heard, boolean sharded) {
        this.loop = loop;
        this.heard = heard;
        this.sharded = sharded;
    }

    /** Subscribes now, or when a link is up. Channels that are added in one tick of the loop share a command. */
    public void subscribe(String channel) {
        wanted.add(channel);
        if (connection != null) {
            if (unsent.isEmpty()) {
                loop.execute(this::flush);
            }
            unsent.add(channel);
            awaited.merge(channel, 1, Integer::sum);
        }
    }

    public void unsubscribe(String channel) {
        wanted.remove(channel);
        if (connection != null) {
            flush();
            leaving.merge(channel, 1, Integer::sum);
            send(Request.cmd(sharded ? Command.SUNSUBSCRIBE : Command.UNSUBSCRIBE)
                    .arg(channel));
        }
    }

    /** Sends what was added. One command of sharded pub/sub has only channels of one slot. */
    private void flush() {
        var groups = new LinkedHashMap<Integer, List<String>>();
        unsent.forEach(channel ->
                groups.computeIfAbsent(group(channel), _ -> new ArrayList<>()).add(channel));
        unsent = new ArrayList<>();
        for (var channels : groups.values()) {
            for (int from = 0; from < channels.size(); from += BATCH) {
                var request = Request.cmd(sharded ? Command.SSUBSCRIBE : Command.SUBSCRIBE);
                channels.subList(from, Math.min(from + BATCH, channels.size())).forEach(request::arg);
                send(request);
            }
        }
    }

    /** The pulse is a group of its own, so that it stays the last. */
    private int group(String channel) {
        return channel.equals(pulse) ? -1 : sharded ? Slot.of(channel) : 0;
    }

    private void send(Request request) {
        var to = connection;
        if (to != null) {
            to.send(request).onFailure(failure -> lost(to, failure));
        }
    }

    /** Whether a connection is open. */
    public boolean isUp() {
        return connection != null;
    }

    /** Whether all channels are subscribed on the present link. */
    public boolean isFresh() {
        return fresh;
    }

    /** Whether anything came since the last call of this method: the echo or any other push. */
    public boolean takeSign() {
        var was = sign;
        sign = false;
        return was;
    }

    /** Why the link was lost since the last call of this method, or null. */
    public @Nullable Throwable takeTrouble() {
        var was = trouble;
        trouble = null;
        return was;
    }

    /**
     * Uses this connection from now on, and subscribes to all channels.
     *
     * @param echo the channel on which the watchdog's pulse comes back
     */
    public void up(RedisConnection opened, String echo) {
        connection = opened;
        pulse = echo;
        sign = false;
        awaited.clear();
        leaving.clear();
        unsent = new ArrayList<>(wanted);
        unsent.add(pulse); // last: its acknowledgement shows that all others have come
        unsent.forEach(channel -> awaited.put(channel, 1));
        opened.handler(reply -> loop.execute(() -> {
            if (connection == opened) {
                received(reply);
            }
        }));
        opened.exceptionHandler(failure -> failed(opened, failure));
        opened.endHandler(_ -> lost(opened, new Trouble(Trouble.CLOSED)));
        flush();
    }

    private void lost(RedisConnection which, Throwable why) {
        loop.execute(() -> {
            if (connection == which) {
                broken(why);
            }
        });
    }

    /** Handles an error of a connection. The client reports the error after the end that it caused. */
    private void failed(RedisConnection which, Throwable why) {
        loop.execute(() -> {
            if (connection == which || connection == null) {
                broken(why);
            }
        });
    }

    private void broken(Throwable why) {
        trouble = why;
        down();
    }

    /** Closes the connection, if there is one. */
    public void down() {
        var was = connection;
        connection = null;
        fresh = false;
        unsent = new ArrayList<>();
        if (was != null) {
            was.close();
            if (!wanted.isEmpty()) {
                heard.stale(List.copyOf(wanted));
            }
        }
    }

    private void received(Response reply) {
        sign = true;
        if (reply instanceof ErrorType refused) { // a subscription was refused; the client reports it only here
            var redirect = Redirect.of(refused);
            if (redirect == null || redirect.kind() != Redirect.Kind.MOVED) {
                broken(refused);
            } else {
                moved(redirect.slot());
            }
            return;
        }
        if (reply.size() < 3) {
            return;
        }
        var channel = reply.get(1).toString();
        switch (reply.get(0).toString()) {
            case "message", "smessage" -> {
                if (!channel.equals(pulse)) {
                    heard.message(channel, reply.get(2).toBytes());
                }
            }
            case "subscribe", "ssubscribe" -> acknowledged(channel);
            case "unsubscribe", "sunsubscribe" -> left(channel);
            default -> {} // nothing else is asked for
        }
    }

    private void acknowledged(String channel) {
        if (awaited.merge(channel, -1, Integer::sum) > 0) {
            return;
        }
        awaited.remove(channel);
        if (channel.equals(pulse)) {
            fresh = true;
        } else if (wanted.contains(channel)) {
            heard.subscribed(channel);
        }
    }

    private void left(String channel) {
        var asked = leaving.containsKey(channel);
        leaving.computeIfPresent(channel, (_, count) -> count == 1 ? null : count - 1);
        if (!asked && (channel.equals(pulse) || wanted.contains(channel)) && sharded) {
            moved(Slot.of(channel));
        }
    }

    private void moved(int slot) {
        var gone = wanted.stream().filter(channel -> Slot.of(channel) == slot).toList();
        gone.forEach(channel -> {
            wanted.remove(channel);
            awaited.remove(channel);
        });
        leaving.keySet().removeIf(channel -> Slot.of(channel) == slot);
        if (Slot.of(pulse) == slot) {
            broken(new Trouble("the slot of its pulse has moved"));
        }
        if (!gone.isEmpty()) {
            heard.moved(gone);
        }
    }
}
