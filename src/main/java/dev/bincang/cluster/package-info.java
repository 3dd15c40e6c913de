/** The pods that share a Redis and their leases. It knows nothing about what a connection is. */
@NullMarked
package dev.bincang.cluster;

import org.jspecify.annotations.NullMarked;
