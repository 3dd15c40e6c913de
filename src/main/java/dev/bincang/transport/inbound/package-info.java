/**
 * The steps that every TCP connection and every request pass before the server looks at the resource.
 *
 * <pre>
 *   ServerSockets ─▶ AcceptedConnections ─▶ RequestDecoder ─▶ RequestGuard ─▶ Vert.x ─▶ FirstRoute ─▶ the other routes
 *                    counts                 one at a time,    form, size,                host, who calls
 *                                           strictly          time
 * </pre>
 *
 * <p>The decoder and the guard belong to one HTTP/1 connection and are used on its event loop. The server does not offer
 * HTTP/2.
 */
@NullMarked
package dev.bincang.transport.inbound;

import org.jspecify.annotations.NullMarked;
