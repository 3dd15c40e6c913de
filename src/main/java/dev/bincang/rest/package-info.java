/**
 * The HTTP API: entry, rooms, members, moderation, users. Every response that is not a success is a {@link
 * dev.bincang.protocol.Refusal.Problem}. {@link dev.bincang.transport.http.ApiEntry} knows the user; {@code room}
 * decides what they may do.
 */
@NullMarked
package dev.bincang.rest;

import org.jspecify.annotations.NullMarked;
