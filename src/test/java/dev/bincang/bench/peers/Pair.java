package dev.bincang.bench.peers;

import dev.bincang.bench.Child;
import dev.bincang.bench.RedisServer;
import dev.bincang.bench.Servers;
import dev.bincang.bench.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Two servers of a peer that share one Redis. */
final class Pair implements Servers {
    private final int[] ports = {Child.freePort(), Child.freePort()};
    private final List<Child> children = new ArrayList<>();
    private final RedisServer redis;

    Pair(String name, Peer peer, Setting setting) throws Exception {
        redis = new RedisServer(setting);
        try {
            Path directory = setting.directory().toAbsolutePath();
            for (int i = 0; i < ports.length; i++) {
                List<String> command = peer.command(new Place(ports[i], redis.port(), directory));
                Child child = Child.start(name + "-" + i, directory, command);
                children.add(child);
                child.awaitPort(ports[i]);
            }
        } catch (Exception e) {
            close();
            throw e;
        }
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
