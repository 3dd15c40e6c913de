/**
 * Controls the load of a pod: which connections it admits, and which clients it moves to other pods. Knows nothing of
 * commands.
 */
@NullMarked
package dev.bincang.transport.load;

import org.jspecify.annotations.NullMarked;
