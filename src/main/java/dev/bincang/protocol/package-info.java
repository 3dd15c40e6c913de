/**
 * The wire: commands a client sends, frames a server sends, and the closed tables of error and close codes.
 *
 * <p>Known to all and knows none: no I/O, no Redis, no transport. A frame is one compact JSON object; {@link
 * dev.bincang.protocol.Codec} is the only place that turns one into the other. {@code docs/protocol.md} shows an
 * example of every record here, and a test binds the two.
 */
@NullMarked
package dev.bincang.protocol;

import org.jspecify.annotations.NullMarked;
