/**
 * {@code GET /api/events}: what happens in rooms, as a stream, server-sent events, a long poll or a poll.
 *
 * <p>A request that listens is a client as long as it lasts. It joins by the same subscriptions as a socket, so that order,
 * gaps, resets and rights are the same. Only the form of a frame on the wire is decided here.
 */
@NullMarked
package dev.bincang.transport.http.events;

import org.jspecify.annotations.NullMarked;
