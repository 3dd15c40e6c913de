/**
 * Servers of others, measured beside Bincang with the same load, the same options of Redis and the same floor. {@link
 * dev.bincang.bench.peers.Peers} lists them. Their configuration is in {@code src/test/resources/bench/peers}.
 *
 * <pre>
 *   Peers ──▶ Peer (Nchan, SocketIo, Centrifugo) ──▶ Pair ──▶ two processes and a Redis
 *               └──▶ its Talk
 * </pre>
 *
 * <p>The benchmark downloads nothing. If a program is missing, its row says so.
 */
package dev.bincang.bench.peers;
