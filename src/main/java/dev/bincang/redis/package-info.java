/**
 * The links to Redis and the names of its keys. Redis client types stay inside this package. It returns {@link
 * dev.bincang.redis.Reply} and plain bytes, and fails with {@code Refusal} {@code unavailable} if Redis is away.
 *
 * <p>It uses the client of Quarkus (Vert.x) at its lowest level, with two permanent connections: one for commands and
 * one for pub/sub. The reason: the client's high-level pub/sub neither re-subscribes nor tells that it was cut, and its
 * reactive commands have no timeout. {@link dev.bincang.redis.Watchdog} adds both.
 */
@NullMarked
package dev.bincang.redis;

import org.jspecify.annotations.NullMarked;
