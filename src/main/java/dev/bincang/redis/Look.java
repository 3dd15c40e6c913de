package dev.bincang.redis;

import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * What one look at Redis found.
 *
 * @param server the server and its state
 * @param policy its maxmemory-policy
 * @param used the used part of its maxmemory, in percent; 0 if it has no maxmemory
 * @param refuses why it refuses to write, in the words of {@link #WRITES}; empty while it writes
 */
record Look(Server server, String policy, double used, String refuses) {

    /** The error codes with which Redis refuses every write, and their meaning. */
    static final List<Refused> WRITES = List.of(
            new Refused("OOM", "full", "it is full: maxmemory is reached"),
            new Refused("NOREPLICAS", "replicas", "fewer replicas are in sync than min-replicas-to-write asks for"),
            new Refused("MISCONF", "disk", "it cannot save to its disk"),
            new Refused("READONLY", "replica", "it is a replica"),
            new Refused("NOPERM", "rights", "its user has no right to write"));

    /**
     * A reason why Redis refuses writes.
     *
     * @param label the label in metrics
     */
    record Refused(String code, String label, String why) {}

    static final String KEEPS_ALL = "noeviction";

    /** The version of the stored form that this code knows. {@code docs/storage.md} says what it covers. */
    static final int FORMAT = 1;

    /**
     * Looks at Redis and publishes a pulse. The first SET shows whether writes succeed; it changes nothing while the key
     * exists. The value that GET returns is {@link Server#life}.
     *
     * <p>Fails if Redis does not answer or refuses the PUBLISH, and with {@link Trouble} if its data have a newer format.
     */
    static Uni<Look> at(Function<Request, Uni<Reply>> send, Keys keys, String pulse) {
        return checkFormat(send, keys).chain(() -> look(send, keys, pulse));
    }

    private static Uni<Look> look(Function<Request, Uni<Reply>> send, Keys keys, String pulse) {
        var info = List.of("server", "replication", "memory").stream()
                .map(section -> send.apply(Request.cmd(Command.INFO).arg(section)))
                .toList();
        var refuses = send.apply(
                        Request.cmd(Command.SET).arg(keys.life()).arg(newLife()).arg("NX"))
                .replaceWith("")
                .onFailure(ErrorType.class)
                .recoverWithItem(Look::refusal);
        var life = send.apply(Request.cmd(Command.GET).arg(keys.life()));
        var published = send.apply(Request.cmd(Command.PUBLISH).arg(pulse).arg(""));
        return Uni.combine()
                .all()
                .unis(Uni.join().all(info).andFailFast(), refuses, life, published)
                .asTuple()
                .map(all -> {
                    var sections = all.getItem1().stream()
                            .map(section -> section.text())
                            .toList();
                    var lived = all.getItem3();
                    return new Look(
                            Server.of(sections.get(0), sections.get(1), lived.isNil() ? "" : lived.text()),
                            Server.field(sections.get(2), "maxmemory_policy"),
                            used(sections.get(2)),
                            all.getItem2());
                });
    }

    /** Two pods must not write two forms. An older pod that meets a newer form stops; only an operator raises it. */
    private static Uni<Void> checkFormat(Function<Request, Uni<Reply>> send, Keys keys) {
        return send.apply(
                        Request.cmd(Command.SET).arg(keys.format()).arg(FORMAT).arg("NX"))
                .onFailure(ErrorType.class)
                .recoverWithNull() // the look says why Redis refuses to write
                .chain(() -> send.apply(Request.cmd(Command.GET).arg(keys.format())))
                .invoke(stored -> {
                    if (!stored.isNil() && !stored.text().equals(Integer.toString(FORMAT))) {
                        throw Trouble.forGood(
                                "its data have the format %s, but this version of Bincang knows only format %d"
                                        .formatted(stored.text(), FORMAT));
                    }
                })
                .replaceWithVoid();
    }

    private static double used(String memory) {
        var max = Long.parseLong(Server.field(memory, "maxmemory"));
        return max == 0 ? 0 : 100.0 * Long.parseLong(Server.field(memory, "used_memory")) / max;
    }

    /** Whether the server is a node of a cluster. Such a node answers most commands of a look with an error. */
    static Uni<Boolean> isClusterNode(Function<Request, Uni<Reply>> send) {
        return send.apply(Request.cmd(Command.INFO).arg("cluster"))
                .map(info -> Server.field(info.text(), "cluster_enabled").equals("1"));
    }

    /** A new random value for each call. After a flush, the old value must not come back. */
    private static String newLife() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    private static String refusal(Throwable failure) {
        var code = Trouble.code(String.valueOf(failure.getMessage()));
        return WRITES.stream()
                .filter(refused -> refused.code().equals(code))
                .map(Refused::why)
                .findFirst()
                .orElseGet(() -> Trouble.of(failure));
    }

    boolean keepsAll() {
        return policy.equals(KEEPS_ALL);
    }
}
