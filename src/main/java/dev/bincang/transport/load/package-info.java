/** How much a pod carries: who is let in, and who is sent elsewhere. Knows nothing of what a connection says. */
@NullMarked
package dev.bincang.transport.load;

import org.jspecify.annotations.NullMarked;
