package dev.bincang.testing;

import dev.bincang.protocol.RoomId;
import dev.bincang.testing.history.Truth;
import dev.bincang.testing.process.FaultProxy;
import dev.bincang.testing.process.IdentityProvider;
import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.RedisProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One Redis, or a {@link Store}, and some pods, which all tests of a class share. Between each pod and one Redis stands a
 * proxy.
 *
 * <pre>
 *   client ──▶ pod 0 ──▶ link 0 ──▶
 *   client ──▶ pod 1 ──▶ link 1 ──▶ Redis ◀── the test
 * </pre>
 *
 * <p>Each test repairs the cluster and uses a room of its own. If a test fails, the logs of the pods are printed.
 */
public final class Cluster
        implements BeforeAllCallback, BeforeTestExecutionCallback, AfterTestExecutionCallback, AfterAllCallback {

    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final int size;
    private final Map<String, String> settings = new HashMap<>(Map.of(
            // A test sends much at once. That must not count as a flood.
            "bincang.limits.commands-per-second", "1000",
            "bincang.limits.command-burst", "1000",
            "bincang.feed.linger", "1s",
            "bincang.drain.time", "1s",
            // Other work on this machine delays the event loops. That is not tested.
            "bincang.connection.max-lag", "20s",
            "bincang.feed.check-interval", "1s"));
    private final List<FaultProxy> links = new CopyOnWriteArrayList<>();
    private final List<Pod> pods = new CopyOnWriteArrayList<>();
    private final Map<Pod, Integer> logged = new ConcurrentHashMap<>();
    private final Supplier<Store> stores;
    private Store store;
    private RedisProcess redis;

    private Cluster(int size, Supplier<Store> stores) {
        this.size = size;
        this.stores = stores;
    }

    public static Cluster of(int pods) {
        return new Cluster(pods, null);
    }

    /** Pods over more than one Redis, without proxies. The store is made before the pods and ends after them. */
    public static Cluster over(Supplier<Store> store, int pods) {
        return new Cluster(pods, store);
    }

    /** Sets a setting of all pods. */
    public Cluster with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    /** Accepts tokens of that provider. */
    public Cluster behind(IdentityProvider provider) {
        return with("mp.jwt.verify.publickey.location", provider.jwks())
                .with("mp.jwt.verify.issuer", IdentityProvider.ISSUER)
                .with("mp.jwt.verify.audiences", IdentityProvider.AUDIENCE)
                .with("mp.jwt.verify.clock.skew", "1");
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (stores == null) {
            redis = RedisProcess.startDurable();
        } else {
            store = stores.get();
            settings.putAll(store.settings());
        }
        for (int i = 0; i < size; i++) {
            add();
        }
        pods.forEach(Pod::awaitReady);
    }

    /** Adds a pod and does not wait for it. */
    public Pod add() {
        return add(Map.of());
    }

    /** Adds a pod with settings of its own, and does not wait for it. */
    public synchronized Pod add(Map<String, String> own) {
        var port = 0;
        if (store == null) {
            var link = new FaultProxy(redis.port());
            links.add(link);
            port = link.port();
        }
        var all = new HashMap<>(settings);
        all.putAll(own);
        var pod = Pod.start("pod-" + pods.size(), port, all);
        pods.add(pod);
        return pod;
    }

    public RedisProcess redis() {
        return redis;
    }

    /** The server that has a key at the moment. */
    public RedisProcess redisOf(String key) {
        return store == null ? redis : store.of(key);
    }

    /** Replaces Redis by another one. */
    public void redis(RedisProcess other) {
        redis = other;
    }

    /** Trims the log of a room without telling a pod. */
    public void trim(String room, int keep) {
        redis().command("XTRIM", Truth.KEYS.of(new RoomId(room)).log(), "MAXLEN", keep);
    }

    public List<Pod> pods() {
        return pods;
    }

    public Pod pod(int number) {
        return pods.get(number);
    }

    /** The proxy between that pod and Redis. */
    public FaultProxy link(int number) {
        return links.get(number);
    }

    public List<FaultProxy> links() {
        return links;
    }

    /** A new room that nobody has joined yet. */
    public Scene scene() {
        return new Scene(this, "room-" + ROOMS.incrementAndGet());
    }

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        pods.forEach(pod -> logged.put(pod, pod.log().length()));
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            var test = context.getRequiredTestMethod().getName();
            pods.forEach(pod -> System.out.printf(
                    "---- %s during %s%n%s%n", pod.name(), test, pod.log().substring(logged.getOrDefault(pod, 0))));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        pods.forEach(Pod::close);
        links.forEach(FaultProxy::close);
        if (redis != null) {
            redis.close();
        }
        if (store != null) {
            store.close();
        }
    }
}
