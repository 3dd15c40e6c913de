package dev.bincang.redis;

import dev.bincang.redis.link.PubSubLink;
import dev.bincang.redis.node.Node;
import dev.bincang.redis.topology.Topology;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The channels that this pod receives, each from the node that has it. Everything here, including the listeners, runs
 * on one event loop, {@link #execute}: also the links of every node.
 *
 * <p>What Redis publishes is only a hint: it may be lost. A listener is told {@code stale} when messages on a channel
 * may be missed, because a link broke or the channel's slot moved, and {@code subscribed} when it is heard again.
 */
public final class RedisChannels implements Executor {

    /** Hears what happens on the channels, also those that others have subscribed to. */
    public interface Listener {
        default void message(String channel, byte[] payload) {}

        /** The channel is subscribed. Everything that is published from now on will be heard. */
        void subscribed(String channel);

        /** Published messages may be missed, or have been missed since an unknown time. */
        default void stale(Collection<String> channels) {}
    }

    private static final Logger LOG = Logger.getLogger(RedisChannels.class);

    private final Context context;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    /** The channels, and the node that each is subscribed at; null while none is known. */
    private final Map<String, @Nullable Node> places = new HashMap<>();

    private @Nullable Topology topology;

    RedisChannels(Context context) {
        this.context = context;
    }

    void over(Topology all) {
        topology = all;
    }

    private Topology topology() {
        if (topology == null) {
            throw new IllegalStateException("no topology yet");
        }
        return topology;
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Runs a task on the event loop of the channels, never immediately. */
    @Override
    public void execute(Runnable task) {
        context.runOnContext(_ -> task.run());
    }

    /** Subscribes now, or when the channel's node is known and its link is up. */
    public void subscribe(String channel) {
        var node = topology().nodeOf(channel);
        places.put(channel, node);
        if (node != null) {
            node.pubsub().subscribe(channel);
        }
    }

    public void unsubscribe(String channel) {
        var node = places.remove(channel);
        if (node != null) {
            node.pubsub().unsubscribe(channel);
        }
    }

    /** Moves the channels whose node has changed. */
    void place() {
        var movers = places.entrySet().stream()
                .filter(entry -> entry.getValue() != topology().nodeOf(entry.getKey()))
                .map(Map.Entry::getKey)
                .toList();
        movers.forEach(this::unsubscribe);
        if (!movers.isEmpty()) {
            tell(listener -> listener.stale(movers));
        }
        movers.forEach(this::subscribe);
    }

    /** Ends everything when this pod ends. No listener is told. */
    void end() {
        listeners.clear();
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

    /** What the nodes' links tell. */
    PubSubLink.Heard heard() {
        return new PubSubLink.Heard() {
            @Override
            public void message(String channel, byte[] payload) {
                tell(listener -> listener.message(channel, payload));
            }

            @Override
            public void subscribed(String channel) {
                tell(listener -> listener.subscribed(channel));
            }

            @Override
            public void stale(Collection<String> channels) {
                tell(listener -> listener.stale(channels));
            }

            @Override
            public void moved(Collection<String> channels) {
                var ours = new ArrayList<String>();
                channels.forEach(channel -> {
                    if (places.replace(channel, null) != null) {
                        ours.add(channel);
                    }
                });
                tell(listener -> listener.stale(ours));
                topology().refresh();
            }
        };
    }
}
