/** Reads a room's log back: pages of events. It writes nothing. */
@NullMarked
package dev.bincang.message.history;

import org.jspecify.annotations.NullMarked;
