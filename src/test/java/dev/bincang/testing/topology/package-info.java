/**
 * More than one Redis: a {@link dev.bincang.testing.topology.RedisCluster cluster}, and a {@link
 * dev.bincang.testing.topology.SentinelSet master with replicas and sentinels}. Both are real processes on ports of the loopback
 * address. Tests change them by the commands that an operator would use, and wait until all servers agree.
 */
package dev.bincang.testing.topology;
