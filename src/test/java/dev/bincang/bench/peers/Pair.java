package dev.bincang.bench.peers;

import dev.bincang.bench.Child;
import dev.bincang.bench.RedisServer;
import dev.bincang.bench.Servers;
import dev.bincang.bench.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Two servers of a peer that share one Redis. */
final class Pair implements Servers {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final int[] ports = {Child.freePort(), Child.freePort()};
    private final List<Child> children = new ArrayList<>();
    private final RedisServer redis;

    Pair(String name, Peer peer, Setting setting) throws Exception {
        redis = new RedisServer(setting);
        try {
            for (int i = 0; i < ports.length; i++) {
                start(name + "-" + i, ports[i], peer, setting.directory().toAbsolutePath());
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private void start(String name, int port, Peer peer, Path directory) throws Exception {
        Path own = Files.createDirectories(directory.resolve(name));
        Child child = Child.start(name, directory, peer.command(new Place(port, redis.port(), own)));
        children.add(child);
        child.await(LIMIT, () -> peer.isReady(port));
    }

    @Override
    public int[] ports() {
        return ports;
    }

    @Override
    public long[] pids() {
        return children.stream()
                .flatMapToLong(child -> LongStream.of(child.pids()))
                .toArray();
    }

    @Override
    public Optional<RedisServer> redis() {
        return Optional.of(redis);
    }

    @Override
    public void close() {
        children.forEach(Child::close);
        children.clear();
        redis.close();
    }
}
