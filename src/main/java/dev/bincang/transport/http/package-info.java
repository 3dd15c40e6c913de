/**
 * Rooms over HTTP: what happens there as a stream, server-sent events, a long poll or a poll ({@link
 * dev.bincang.transport.http.EventsRoute}), and commands by POST. Before all of {@code /api} stands the entry; what else is
 * asked behind it is a matter of {@code rest}.
 *
 * <p>A request that listens is a client as long as it lasts. It joins by the same subscriptions as a socket, so that order,
 * gaps, resets and rights are the same; only what a frame looks like on the wire is decided here.
 */
@NullMarked
package dev.bincang.transport.http;

import org.jspecify.annotations.NullMarked;
