package dev.bincang.redis.topology;

import dev.bincang.redis.link.Connector;
import dev.bincang.redis.link.Reply;
import dev.bincang.redis.link.Trouble;
import dev.bincang.redis.node.Look;
import dev.bincang.redis.node.Node;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks nodes how they see the cluster, and chooses the view to believe. */
final class Views {

    private static final Request SLOTS = Request.cmd(Command.CLUSTER).arg("SLOTS");
    private static final Request INFO = Request.cmd(Command.CLUSTER).arg("INFO");

    private final Clients clients;
    private final Executor loop;
    private final Duration timeout;
    /** Every address that was heard of. One of them answers when all known masters are gone. */
    private final Set<String> known;

    /**
     * What was found.
     *
     * @param view null if no node has answered
     * @param trouble why not, else null
     */
    record Found(@Nullable SlotView view, @Nullable Throwable trouble) {}

    /** @param loop the nodes' loop: connections must be opened on it */
    Views(Clients clients, Executor loop, Duration timeout) {
        this.clients = clients;
        this.loop = loop;
        this.timeout = timeout;
        known = new LinkedHashSet<>(clients.hosts());
    }

    /** Asks all nodes that are up; if none answers, every known address. Called on the nodes' loop. */
    Uni<Found> find(Collection<Node> nodes) {
        var up = nodes.stream().filter(node -> node.commands().isUp()).toList();
        return best(up.stream()
                        .map(node -> ask(node.commands()::pulse, hostOf(node.name())))
                        .toList())
                .emitOn(loop)
                .chain(found -> found.view == null
                        ? best(known.stream().map(this::connectAndAsk).toList())
                        : Uni.createFrom().item(found))
                .invoke(found -> {
                    if (found.view != null) {
                        known.clear();
                        known.addAll(clients.hosts());
                        known.addAll(found.view.servers());
                    }
                });
    }

    private Uni<SlotView> ask(Function<Request, Uni<Reply>> send, String host) {
        return Uni.combine()
                .all()
                .unis(send.apply(SLOTS), send.apply(INFO))
                .asTuple()
                .map(both -> SlotView.of(both.getItem1(), both.getItem2().text(), host))
                .ifNoItem()
                .after(timeout)
                .failWith(() -> new Trouble("no answer within " + timeout.toMillis() + " ms"));
    }

    private Uni<SlotView> connectAndAsk(String address) {
        var client = Future.succeededFuture(clients.of(address));
        Connector connector = clients.connector(() -> client);
        return connector
                .connect()
                .chain(opened -> Look.checkKind(request -> connector.ask(opened, request), true)
                        .chain(() -> ask(request -> connector.ask(opened, request), hostOf(address)))
                        .onTermination()
                        .invoke(() -> opened.close()));
    }

    /** Waits for every answer. */
    private static Uni<Found> best(List<Uni<SlotView>> asked) {
        if (asked.isEmpty()) {
            return Uni.createFrom().item(new Found(null, null));
        }
        return Uni.join()
                .all(asked.stream()
                        .map(one -> one.map(view -> new Found(view, null))
                                .onFailure()
                                .recoverWithItem(failure -> new Found(null, failure)))
                        .toList())
                .andFailFast()
                .map(all -> all.stream().reduce(Views::better).orElseThrow());
    }

    private static Found better(Found one, Found other) {
        if (one.view == null || other.view == null) {
            return one.view == null ? other : one;
        }
        return other.view.isBetterThan(one.view) ? other : one;
    }

    static String hostOf(String address) {
        return address.substring(0, address.lastIndexOf(':'));
    }
}
