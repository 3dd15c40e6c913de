package dev.bincang.bench;

import java.util.Optional;

/** Running processes of one kind on 127.0.0.1. They end when this is closed. */
public interface Servers extends AutoCloseable {
    /** Where clients connect. */
    int[] ports();

    /** All processes whose CPU counts, without Redis. */
    long[] pids();

    /** The Redis that they share. Empty if they have none. */
    Optional<RedisServer> redis();

    @Override
    void close();
}
