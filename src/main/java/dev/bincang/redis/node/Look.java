package dev.bincang.redis.node;

import dev.bincang.redis.link.Redirect;
import dev.bincang.redis.link.Reply;
import dev.bincang.redis.link.Trouble;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one look at Redis found.
 *
 * @param server the server and its state
 * @param policy its maxmemory-policy
 * @param used the used part of its maxmemory, in percent; 0 if it has no maxmemory
 * @param refuses why it refuses to write, in the words of {@link #WRITES}; empty while it writes
 */
public record Look(Server server, String policy, double used, String refuses) {

    /** The error codes with which Redis refuses every write, and their meaning. */
    public static final List<Refused> WRITES = List.of(
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
    public record Refused(String code, String label, String why) {}

    private static final String IS_CLUSTER = "it is a node of a Redis Cluster: set quarkus.redis.client-type=cluster";
    private static final String IS_NO_CLUSTER =
            "quarkus.redis.client-type is cluster, but this Redis is not a node of a cluster";
    /** With sharded pub/sub. */
    private static final Version SHARDED = new Version(7, 0);
    /** With WAITAOF. */
    private static final Version FSYNC = new Version(7, 2);

    static final String KEEPS_ALL = "noeviction";

    /** The version of the stored form that this code knows. {@code docs/storage.md} says what it covers. */
    static final int FORMAT = 1;

    /**
     * Looks at Redis and publishes a pulse. The first SET shows whether writes succeed; it changes nothing while the key
     * exists. The value that GET returns is {@link Server#life}.
     *
     * <p>Fails if Redis does not answer or refuses the PUBLISH, and with {@link Trouble} if its data have a newer format.
     *
     * @param anchor null for a node of a cluster that has no slot yet: only its state is read
     * @param publish PUBLISH or SPUBLISH
     */
    static Uni<Look> at(Function<Request, Uni<Reply>> send, @Nullable Anchor anchor, Command publish) {
        var format = anchor == null ? null : anchor.format();
        return format == null
                ? look(send, anchor, publish)
                : checkFormat(send, format).chain(() -> look(send, anchor, publish));
    }

    /** The first look on a new connection. Fails with {@link Trouble} also if the server is not what it must be. */
    static Uni<Look> first(Function<Request, Uni<Reply>> send, @Nullable Anchor anchor, NodeRules rules) {
        return checkKind(send, rules.cluster())
                .chain(() -> rules.durability().fsync()
                        ? checkVersion(send, FSYNC, "bincang.log.fsync").chain(() -> checkFile(send))
                        : Uni.createFrom().voidItem())
                .chain(() -> at(send, anchor, rules.publish()))
                .invoke(seen -> {
                    if (!seen.server().master()) {
                        throw new Trouble("this Redis is a replica");
                    }
                });
    }

    private static Uni<Look> look(Function<Request, Uni<Reply>> send, @Nullable Anchor anchor, Command publish) {
        var info = Uni.join()
                .all(Stream.of("server", "replication", "memory")
                        .map(section -> send.apply(Request.cmd(Command.INFO).arg(section)))
                        .toList())
                .andFailFast();
        if (anchor == null) {
            return info.map(sections -> of(sections, "", ""));
        }
        var refuses = send.apply(Request.cmd(Command.SET)
                        .arg(anchor.life())
                        .arg(newLife())
                        .arg("NX"))
                .replaceWith("")
                .onFailure(failure -> failure instanceof ErrorType && Redirect.of(failure) == null)
                .recoverWithItem(Look::refusal);
        var life = send.apply(Request.cmd(Command.GET).arg(anchor.life()));
        var published = send.apply(Request.cmd(publish).arg(anchor.pulse()).arg(""));
        return Uni.combine()
                .all()
                .unis(info, refuses, life, published)
                .asTuple()
                .map(all -> {
                    var lived = all.getItem3();
                    return of(all.getItem1(), lived.isNil() ? "" : lived.text(), all.getItem2());
                });
    }

    private static Look of(List<Reply> sections, String life, String refuses) {
        var memory = sections.get(2).text();
        return new Look(
                Server.of(sections.get(0).text(), sections.get(1).text(), life),
                Server.field(memory, "maxmemory_policy"),
                used(memory),
                refuses);
    }

    /**
     * Two pods must not write two forms. Fails with {@link Trouble} if the data have a newer form; only an operator raises
     * it.
     */
    public static Uni<Void> checkFormat(Function<Request, Uni<Reply>> send, String format) {
        return send.apply(Request.cmd(Command.SET).arg(format).arg(FORMAT).arg("NX"))
                .onFailure(failure -> failure instanceof ErrorType && Redirect.of(failure) == null)
                .recoverWithNull() // the look says why Redis refuses to write
                .chain(() -> send.apply(Request.cmd(Command.GET).arg(format)))
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

    /**
     * Fails with {@link Trouble} if the server is not what {@code quarkus.redis.client-type} says. A node of a cluster
     * answers most commands of a look with an error.
     */
    public static Uni<Void> checkKind(Function<Request, Uni<Reply>> send, boolean cluster) {
        return send.apply(Request.cmd(Command.INFO).arg("cluster")).chain(info -> {
            var is = Server.field(info.text(), "cluster_enabled").equals("1");
            if (is != cluster) {
                throw Trouble.forGood(is ? IS_CLUSTER : IS_NO_CLUSTER);
            }
            return is
                    ? checkVersion(send, SHARDED, "a cluster")
                    : Uni.createFrom().voidItem();
        });
    }

    /** Valkey tells the version of Redis that it is compatible with. */
    private static Uni<Void> checkVersion(Function<Request, Uni<Reply>> send, Version least, String what) {
        return send.apply(Request.cmd(Command.INFO).arg("server"))
                .invoke(info -> {
                    var version = Version.of(Server.field(info.text(), "redis_version"));
                    if (version.isBefore(least)) {
                        throw Trouble.forGood("%s needs Redis %s or newer, or Valkey; this is Redis %s"
                                .formatted(what, least, version));
                    }
                })
                .replaceWithVoid();
    }

    private static Uni<Void> checkFile(Function<Request, Uni<Reply>> send) {
        return send.apply(Request.cmd(Command.INFO).arg("persistence"))
                .invoke(info -> {
                    if (!Server.field(info.text(), "aof_enabled").equals("1")) {
                        throw Trouble.forGood("bincang.log.fsync needs a Redis with appendonly yes");
                    }
                })
                .replaceWithVoid();
    }

    private record Version(int major, int minor) {
        private static Version of(String text) {
            var parts = text.split("\\.", 3);
            return new Version(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        }

        private boolean isBefore(Version other) {
            return major < other.major || (major == other.major && minor < other.minor);
        }

        @Override
        public String toString() {
            return major + "." + minor;
        }
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

    public boolean keepsAll() {
        return policy.equals(KEEPS_ALL);
    }
}
