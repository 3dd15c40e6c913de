/**
 * The code that all transports share. A {@link dev.bincang.transport.Session} serves one client. The
 * {@link dev.bincang.transport.Dispatcher} passes its commands to the use cases. Each transport is a connection and a
 * thin handler, in a package of its own.
 */
@NullMarked
package dev.bincang.transport;

import org.jspecify.annotations.NullMarked;
