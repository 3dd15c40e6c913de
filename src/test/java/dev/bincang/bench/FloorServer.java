package dev.bincang.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A process of {@link Floor}, or of the program that {@code bench.floor} names. */
final class FloorServer implements Servers {
    private final int port = Child.freePort();
    private final Child child;

    FloorServer(Setting setting) throws Exception {
        List<String> command = new ArrayList<>(setting.floor());
        if (command.isEmpty()) {
            String location = Bench.location(Floor.class);
            command.addAll(
                    List.of(Child.java(), "-XX:+UseSerialGC", "-Xmx64m", "-cp", location, Floor.class.getName()));
        }
        command.add(Integer.toString(port));
        child = Child.start("floor", setting.directory(), command).awaitPort(port);
    }

    @Override
    public int[] ports() {
        return new int[] {port};
    }

    @Override
    public long[] pids() {
        return child.pids();
    }

    @Override
    public Optional<RedisServer> redis() {
        return Optional.empty();
    }

    @Override
    public void close() {
        child.close();
    }
}
