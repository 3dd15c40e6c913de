package dev.bincang.redis.topology;

import dev.bincang.redis.link.CommandLink;
import dev.bincang.redis.link.PubSubLink;
import dev.bincang.redis.link.Redirect;
import dev.bincang.redis.link.Reply;
import dev.bincang.redis.link.Slot;
import dev.bincang.redis.link.Trouble;
import dev.bincang.redis.node.Node;
import dev.bincang.redis.node.Report;
import dev.bincang.redis.retry.Backoff;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The masters of a Redis Cluster and their slots.
 *
 * <p>The map of the slots is read again after MOVED, when a subscription has moved, while a node is away, and every few
 * seconds. Rooms of a healthy node do not notice that another one is away.
 */
public final class ClusterNodes implements Topology {

    private static final Logger LOG = Logger.getLogger(ClusterNodes.class);
    private static final Duration RARELY = Duration.ofSeconds(5);
    private static final Duration OFTEN = Duration.ofMillis(300);
    /** A view with a lower epoch is ignored for this time. */
    private static final long REMEMBERED = Duration.ofMinutes(1).toNanos();
    /** A node without slots is kept for this time after an ASK has named it. */
    private static final long VISIT = Duration.ofSeconds(30).toNanos();

    private final Vertx vertx;
    private final Executor loop;
    private final Clients clients;
    private final PubSubLink.Heard heard;
    private final Times times;
    private final Anchors anchors;
    private final Runnable changed;
    private final Views views;
    private final Redirects redirects;
    private final Format format;
    /** Delays of refreshes that follow each other. */
    private final Backoff refreshes = new Backoff(Duration.ofMillis(30), Duration.ofMillis(250));
    /** By address. Used on the loop. */
    private final Map<String, Node> nodes = new HashMap<>();
    /** When an ASK last named a node. Used on the loop. */
    private final Map<String, Long> visits = new HashMap<>();

    private volatile List<Node> all = List.of();
    private volatile @Nullable Node[] slots = new Node[Slot.COUNT];
    private volatile String trouble = "no node of the cluster has answered yet";
    /** Attempts of nodes that are gone. */
    private final LongAdder triesOfGone = new LongAdder();

    private boolean known;
    private long epoch;
    private long epochSeen = System.nanoTime();
    private boolean finding;
    private boolean stopped;
    private long timer;
    /** Whether the map must be read again. */
    private boolean wanted;

    /** @param changed called on the loop after the map was read: channels may belong to other nodes now */
    public ClusterNodes(
            Vertx vertx,
            Executor loop,
            Clients clients,
            PubSubLink.Heard heard,
            Times times,
            Anchors anchors,
            Runnable changed) {
        this.vertx = vertx;
        this.loop = loop;
        this.clients = clients;
        this.heard = heard;
        this.times = times;
        this.anchors = anchors;
        this.changed = changed;
        views = new Views(clients, loop, times.timeout());
        redirects = new Redirects(vertx, slot -> slots[slot], this::redirected);
        format = new Format(request -> redirects.send(anchors.format(), request, false), anchors.format());
    }

    @Override
    public void start() {
        find();
    }

    @Override
    public void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        nodes.values().forEach(Node::stop);
        clients.close();
    }

    // ---- the map

    @Override
    public void refresh() {
        loop.execute(() -> {
            if (!wanted) {
                wanted = true;
                if (!finding) {
                    findAfter(refreshes.failed());
                }
            }
        });
    }

    private void findAfter(Duration delay) {
        vertx.cancelTimer(timer);
        timer = vertx.setTimer(delay.toMillis(), _ -> loop.execute(this::find));
    }

    private void find() {
        if (stopped) {
            return;
        }
        wanted = false;
        finding = true;
        views.find(List.copyOf(nodes.values()))
                .subscribe()
                .with(
                        found -> loop.execute(() -> found(found)),
                        failure -> loop.execute(() -> {
                            LOG.error("the cluster's nodes cannot be found", failure);
                            found(new Views.Found(null, failure));
                        }));
    }

    private void found(Views.Found found) {
        finding = false;
        if (stopped) {
            return;
        }
        var view = found.view();
        if (view != null && !isOld(view)) {
            known = true;
            trouble = view.works() ? "" : "the cluster does not work: it has no master for some of its slots";
            apply(view);
            format.check();
        } else if (found.trouble() != null) {
            trouble = "no node of the cluster answers: " + Trouble.of(found.trouble());
            if (Trouble.isForGood(found.trouble()) && !known) {
                Report.stop(Trouble.of(found.trouble()));
                return;
            }
        }
        var calm =
                format.isKnown() && view != null && view.works() && all.stream().allMatch(Node::isUp);
        if (wanted) {
            findAfter(refreshes.failed());
        } else {
            refreshes.succeeded();
            findAfter(calm ? RARELY : OFTEN);
        }
    }

    /** Whether a newer view was seen a moment ago. After that time it is believed: a cluster may be made anew. */
    private boolean isOld(SlotView view) {
        var now = System.nanoTime();
        if (view.epoch() < epoch && now - epochSeen < REMEMBERED) {
            return true;
        }
        epoch = view.epoch();
        epochSeen = now;
        return false;
    }

    private void apply(SlotView view) {
        var now = new Node[Slot.COUNT];
        for (var range : view.masters()) {
            var node = nodeAt(range.master());
            for (int slot = range.from(); slot <= range.to(); slot++) {
                now[slot] = node;
            }
        }
        slots = now;
        changed.run();
        var used = new HashSet<>(Arrays.asList(now));
        nodes.entrySet().removeIf(entry -> {
            var gone = !used.contains(entry.getValue()) && !isVisited(entry.getKey());
            if (gone) {
                LOG.infof("%s has no slots any more", entry.getKey());
                triesOfGone.add(entry.getValue().tries());
                entry.getValue().stop();
                clients.forget(entry.getKey());
                anchors.moved(entry.getKey());
            }
            return gone;
        });
        all = List.copyOf(nodes.values());
    }

    private boolean isVisited(String address) {
        var at = visits.get(address);
        if (at != null && System.nanoTime() - at > VISIT) {
            visits.remove(address);
            return false;
        }
        return at != null;
    }

    private Node nodeAt(String address) {
        return nodes.computeIfAbsent(address, _ -> {
            var client = Future.succeededFuture(clients.of(address));
            var connector = clients.connector(() -> client);
            var node = new Node(
                    vertx,
                    loop,
                    connector,
                    address,
                    heard,
                    times.rules(
                            true,
                            () -> anchors.of(address, slot -> isAt(slot, address)),
                            () -> {
                                anchors.moved(address);
                                refresh();
                            },
                            this::refresh));
            loop.execute(node::start); // when the map of the slots is complete
            return node;
        });
    }

    private boolean isAt(int slot, String address) {
        var node = slots[slot];
        return node != null && node.name().equals(address);
    }

    /** Called when a command was redirected. */
    private Uni<Node> redirected(Redirect redirect, Node by) {
        return Uni.createFrom()
                .<Node>emitter(emitter -> loop.execute(() -> {
                    if (stopped || redirect.address().startsWith("?")) { // "?" is a node whose host name is not set
                        emitter.fail(CommandLink.unavailable("the Redis that has this is not known"));
                        return;
                    }
                    var address = Redirects.addressOf(redirect, by);
                    visits.put(address, System.nanoTime());
                    var node = nodeAt(address);
                    all = List.copyOf(nodes.values());
                    if (redirect.kind() == Redirect.Kind.MOVED) {
                        slots[redirect.slot()] = node;
                        refresh();
                    }
                    emitter.complete(node);
                }));
    }

    @Override
    public Uni<Reply> send(String key, Request request, boolean write) {
        return format.isKnown()
                ? redirects.send(key, request, write)
                : Uni.createFrom().failure(CommandLink.unavailable(format.trouble()));
    }

    @Override
    public @Nullable Node nodeOf(String channel) {
        return slots[Slot.of(channel)];
    }

    @Override
    public List<Node> nodes() {
        return all;
    }

    @Override
    public boolean isCluster() {
        return true;
    }

    @Override
    public String trouble() {
        return trouble.isEmpty() ? format.trouble() : trouble;
    }

    @Override
    public long tries() {
        return triesOfGone.sum() + all.stream().mapToLong(Node::tries).sum();
    }
}
