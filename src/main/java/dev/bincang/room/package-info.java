/** The use cases of rooms and messages. Plain Java over {@code log}; no transport, no Redis types. */
@NullMarked
package dev.bincang.room;

import org.jspecify.annotations.NullMarked;
