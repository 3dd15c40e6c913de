/**
 * The same chat over each transport, side by side: {@link dev.bincang.bench.transports.Transports}. All members of a room are
 * on the one thread of {@link dev.bincang.bench.transports.Net}, which counts what goes through their sockets and holds it
 * back for half a round trip each way.
 *
 * <pre>
 *   Chat ──▶ Member (SocketMember, StreamMember, PollMember) ──▶ Http ──▶ Line ──▶ Net
 *     └──▶ Cell ──▶ Table, Chart
 * </pre>
 */
package dev.bincang.bench.transports;
