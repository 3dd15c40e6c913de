/**
 * The benchmark: what Bincang costs per delivery, per connection and per outage, next to the least it could cost.
 *
 * <p>{@link dev.bincang.bench.Bench} starts everything as child processes (the {@link dev.bincang.bench.Floor floor
 * server}, Redis, the pods), loads them from this JVM through plain sockets on 127.0.0.1, reads their CPU and memory
 * from {@code /proc} (Linux) and prints one table. A ratio to the floor measured in the same minute is what counts: the
 * microseconds are the machine's.
 *
 * <p>Nothing of the server's code may be used here, so that the benchmark cannot share its mistakes: only the JDK and
 * HdrHistogram.
 */
package dev.bincang.bench;
