/** Netty's event loops and channels, in the form that every transport uses. */
@NullMarked
package dev.bincang.transport.loop;

import org.jspecify.annotations.NullMarked;
