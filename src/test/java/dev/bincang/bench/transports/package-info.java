/**
 * The same chat over each transport, side by side: {@link dev.bincang.bench.transports.Transports}. All members of a room run
 * on the one thread of {@link dev.bincang.bench.transports.Net}, which counts the bytes of their sockets and delays them by
 * half a round trip each way.
 *
 * <pre>
 *   Chat ──▶ Member (SocketMember, StreamMember, PollMember) ──▶ Http ──▶ Line ──▶ Net
 *     └──▶ Cell ──▶ Table, Chart
 * </pre>
 */
package dev.bincang.bench.transports;
