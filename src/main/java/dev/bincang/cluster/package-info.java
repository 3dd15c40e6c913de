/** What the pods that share a Redis know of each other. Knows nothing of what a connection is. */
@NullMarked
package dev.bincang.cluster;

import org.jspecify.annotations.NullMarked;
