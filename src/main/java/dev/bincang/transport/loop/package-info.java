/** Netty's event loops and channels, as every transport uses them. */
@NullMarked
package dev.bincang.transport.loop;

import org.jspecify.annotations.NullMarked;
