/**
 * HTTP: the door before all of {@code /api}, and commands without a connection. What is asked behind it is a matter of
 * {@code rest} and of the resources here.
 */
@NullMarked
package dev.bincang.transport.http;

import org.jspecify.annotations.NullMarked;
