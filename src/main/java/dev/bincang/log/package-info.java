/**
 * Order and durability: a room's events in a Redis stream. Each event names the one before it.
 *
 * <p>{@link dev.bincang.log.RoomLog} appends and reads. {@link dev.bincang.log.Verdict} compares a position with the
 * log. This package knows neither the subscribers nor the meaning of an event.
 */
@NullMarked
package dev.bincang.log;

import org.jspecify.annotations.NullMarked;
