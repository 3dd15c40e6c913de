/**
 * {@code GET /api/events}: the events of rooms, as a stream, server-sent events, a long poll or a poll.
 *
 * <p>A request that listens is a client as long as it lasts. It joins rooms by the same subscriptions as a socket, so
 * order, gaps, resets and rights are the same. This package only decides how a frame looks on the wire.
 */
@NullMarked
package dev.bincang.transport.http.events;

import org.jspecify.annotations.NullMarked;
