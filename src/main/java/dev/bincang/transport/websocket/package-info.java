/**
 * Rooms over WebSocket (RFC 6455), on WebSockets Next.
 *
 * <p>Frames go out below its encoder: framed once into one buffer that all members share, which costs a third less than
 * {@code sendText}, and each connection is flushed once per drain of its loop.
 */
@NullMarked
package dev.bincang.transport.websocket;

import org.jspecify.annotations.NullMarked;
