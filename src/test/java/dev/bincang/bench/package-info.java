/**
 * The benchmark: the cost of Bincang per delivery, per connection and per outage, compared with the minimum.
 *
 * <p>{@link dev.bincang.bench.Bench} starts everything as child processes (the {@link dev.bincang.bench.Floor floor
 * server}, Redis, the pods), loads them from this JVM through plain sockets on 127.0.0.1, reads their CPU and memory
 * from {@code /proc} (Linux) and prints one table. The ratio to the floor counts, because it is measured in the same
 * minute. The microseconds depend on the machine.
 *
 * <p>{@link dev.bincang.bench.peers.Peers} measures servers of others in the same way, as far as they are installed.
 *
 * <p>The benchmark uses no code of the server, so it cannot share its mistakes: only the JDK and HdrHistogram.
 */
package dev.bincang.bench;
