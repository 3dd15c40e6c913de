/**
 * What happens to a TCP connection and a request before anybody looks at what the request asks for.
 *
 * <pre>
 *   ServerSockets ─▶ AcceptedConnections ─▶ RequestDecoder ─▶ RequestGuard ─▶ Vert.x ─▶ FirstRoute ─▶ the other routes
 *                    counts                 one at a time,    form, size,                host, who calls
 *                                           strictly          time
 * </pre>
 *
 * <p>The decoder and the guard belong to one HTTP/1 connection and are used on its event loop. HTTP/2, which only TLS has,
 * passes the routes alone.
 */
@NullMarked
package dev.bincang.transport.inbound;

import org.jspecify.annotations.NullMarked;
