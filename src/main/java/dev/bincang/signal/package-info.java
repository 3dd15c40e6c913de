/**
 * Signals that users send: an application's own, and that they are typing. A script checks the right and publishes.
 * Nothing is written to Redis. The fan-out of signals is in {@code hub}.
 */
@NullMarked
package dev.bincang.signal;

import org.jspecify.annotations.NullMarked;
