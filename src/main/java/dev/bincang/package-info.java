/**
 * Bincang: chat rooms over WebSocket, shared by any number of stateless pods through Redis.
 *
 * <p>Where a message goes: {@code transport} decodes a command, {@code room} checks it, {@code log} appends it in Redis,
 * {@code hub} takes what Redis publishes and hands it to each subscription, {@code transport} writes it.
 */
@NullMarked
package dev.bincang;

import org.jspecify.annotations.NullMarked;
