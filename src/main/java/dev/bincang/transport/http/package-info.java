/**
 * {@code /api} over HTTP: the entry that every request passes, the parts that all requests share (negotiation, dates,
 * entity tags), and commands by POST. The package {@code events} has the requests that listen to rooms; {@code rest}
 * has the administration.
 */
@NullMarked
package dev.bincang.transport.http;

import org.jspecify.annotations.NullMarked;
