/**
 * What all transports have in common: a {@link dev.bincang.transport.Session} for each client, and the {@link
 * dev.bincang.transport.Dispatcher} that gives its commands to the use cases. A transport itself is a connection and a
 * thin handler, in a package of its own.
 */
@NullMarked
package dev.bincang.transport;

import org.jspecify.annotations.NullMarked;
