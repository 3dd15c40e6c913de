/**
 * {@code /api} over HTTP: the entry that every request passes, what is the same for all of them (negotiation, dates,
 * entity tags), and commands by POST. Rooms that a client listens to are in {@code events}; administration is in {@code
 * rest}.
 */
@NullMarked
package dev.bincang.transport.http;

import org.jspecify.annotations.NullMarked;
