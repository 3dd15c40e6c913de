package dev.bincang.redis.topology;

import dev.bincang.redis.link.CommandLink;
import dev.bincang.redis.link.Redirect;
import dev.bincang.redis.link.Reply;
import dev.bincang.redis.link.Slot;
import dev.bincang.redis.node.Node;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands to the nodes of a cluster and follows redirects. A command that is redirected was not executed, so it
 * is sent again: to the new node, to the node that is taking the slot over (ASK), or a little later (TRYAGAIN).
 */
final class Redirects {

    private static final Logger LOG = Logger.getLogger(Redirects.class);
    /** A command is sent at most this number of times. The pauses between them last about 0.6 s together. */
    private static final int TRIES = 7;

    private static final long FIRST_PAUSE_MS = 10;

    /**
     * @param caller runs a task on the caller's loop, if it has one
     */
    private record Sent(String key, int slot, Request request, boolean write, Executor caller) {}

    private final Vertx vertx;
    private final IntFunction<@Nullable Node> nodeOf;
    private final BiFunction<Redirect, Node, Uni<Node>> target;

    /**
     * @param nodeOf the node that has a slot; null while none is known
     * @param target the node that a redirect by another node names
     */
    Redirects(Vertx vertx, IntFunction<@Nullable Node> nodeOf, BiFunction<Redirect, Node, Uni<Node>> target) {
        this.vertx = vertx;
        this.nodeOf = nodeOf;
        this.target = target;
    }

    /** As {@link Topology#send}. */
    Uni<Reply> send(String key, Request request, boolean write) {
        var context = vertx.getOrCreateContext();
        return send(new Sent(key, Slot.of(key), request, write, task -> context.runOnContext(_ -> task.run())), 1);
    }

    private Uni<Reply> send(Sent sent, int tries) {
        var node = nodeOf.apply(sent.slot);
        if (node == null) {
            return Uni.createFrom().failure(CommandLink.unavailable("no node of the Redis Cluster has this now"));
        }
        if (tries > 1 && tries < TRIES && !node.commands().isUp()) { // its link is being opened
            return later(sent, tries);
        }
        return node.send(sent.request, sent.write, null)
                .onFailure(ErrorType.class)
                .recoverWithUni(
                        failure -> redirected(failure, node, sent, tries).emitOn(sent.caller));
    }

    private Uni<Reply> redirected(Throwable failure, Node by, Sent sent, int tries) {
        var redirect = Redirect.of(failure);
        if (redirect == null) {
            return Uni.createFrom().failure(failure);
        }
        if (tries >= TRIES) {
            return Uni.createFrom().failure(CommandLink.unavailable("this room is moving to another Redis"));
        }
        return switch (redirect.kind()) {
            case TRYAGAIN -> later(sent, tries);
            case MOVED ->
                target.apply(redirect, by).chain(() -> tries > 2 ? later(sent, tries) : send(sent, tries + 1));
            case ASK -> target.apply(redirect, by).chain(node -> ask(node, by, sent, tries));
        };
    }

    /**
     * While a slot moves, its channels are still those of the node that had it, and what the new node publishes is heard
     * by nobody. So whoever listens is told by an empty message that something was written.
     */
    private Uni<Reply> ask(Node node, Node by, Sent sent, int tries) {
        if (!node.commands().isUp()) {
            return later(sent, tries);
        }
        return node.send(sent.request, sent.write, sent.key + ":wait")
                .invoke(() -> {
                    if (sent.write) {
                        by.commands()
                                .send(Request.cmd(Command.SPUBLISH)
                                        .arg(sent.key)
                                        .arg(""))
                                .subscribe()
                                .with(_ -> {}, failure -> LOG.debugf("not told: %s", failure.getMessage()));
                    }
                })
                .onFailure(ErrorType.class)
                .recoverWithUni(failure -> redirected(failure, node, sent, tries + 1));
    }

    /** Without a host, the address is on the host of the node that has answered. */
    static String addressOf(Redirect redirect, Node by) {
        var host = Views.hostOf(redirect.address());
        var port = redirect.address().substring(host.length());
        return (host.isEmpty() ? Views.hostOf(by.name()) : SlotView.bracketed(host)) + port;
    }

    private Uni<Reply> later(Sent sent, int tries) {
        var ms = FIRST_PAUSE_MS << (tries - 1);
        var delay = ms / 2 + ThreadLocalRandom.current().nextLong(ms / 2 + 1) + 1;
        return Uni.createFrom()
                .<Boolean>emitter(emitter -> vertx.setTimer(delay, _ -> emitter.complete(true)))
                .chain(() -> send(sent, tries + 1));
    }
}
