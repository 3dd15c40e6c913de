/** Creates the {@link dev.bincang.hub.Hub} and connects it to the pub/sub link. */
@NullMarked
package dev.bincang.hub.setup;

import org.jspecify.annotations.NullMarked;
