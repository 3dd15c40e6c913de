/**
 * Bincang: chat rooms over WebSocket, shared by any number of stateless pods through Redis.
 *
 * <p>The path of a message: {@code transport} decodes a command. {@code room} checks it. {@code log} appends it in
 * Redis. {@code hub} receives what Redis publishes and passes it to each subscription. {@code transport} writes it.
 */
@NullMarked
package dev.bincang;

import org.jspecify.annotations.NullMarked;
