/**
 * The wire protocol: the commands that a client sends, the frames that the server sends, and the closed tables of error
 * and close codes.
 *
 * <p>Every package may use this one; it uses none of ours: no I/O, no Redis, no transport. A frame is one compact JSON
 * object. Only {@link dev.bincang.protocol.Codec} converts between JSON and objects. {@code docs/protocol.md} shows an
 * example of every record here, and a test checks that they match.
 */
@NullMarked
package dev.bincang.protocol;

import org.jspecify.annotations.NullMarked;
