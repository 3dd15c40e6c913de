/** Reads rooms' logs back: pages of events, and searches. It writes nothing. */
@NullMarked
package dev.bincang.message.history;

import org.jspecify.annotations.NullMarked;
