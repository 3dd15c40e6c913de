/**
 * Order and durability: a room's events in a Redis stream, each behind the one it names as its previous.
 *
 * <p>{@link dev.bincang.log.RoomLog} appends and reads; {@link dev.bincang.log.Verdict} says what a position is worth.
 * Knows nothing of who listens, nor of what an event means.
 */
@NullMarked
package dev.bincang.log;

import org.jspecify.annotations.NullMarked;
