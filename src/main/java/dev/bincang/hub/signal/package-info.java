/**
 * Signals, as the fan-out holds them: frames that are not logged. A newer one replaces an older one with the same key. This
 * package knows keys and bytes, and nothing of what a signal means.
 */
@NullMarked
package dev.bincang.hub.signal;

import org.jspecify.annotations.NullMarked;
