/**
 * The links to Redis and the names of its keys. Redis client types stay inside this package: what leaves it is {@link
 * dev.bincang.redis.Reply}, plain bytes, and {@code Refusal} with {@code unavailable} when Redis is away.
 *
 * <p>The client is Quarkus' (Vert.x'), used at its lowest level: two held connections, one for commands and one for
 * pub/sub, because its high-level pub/sub neither re-subscribes nor says that it was cut, and reactive commands have no
 * timeout. {@link dev.bincang.redis.Watchdog} gives both.
 */
@NullMarked
package dev.bincang.redis;

import org.jspecify.annotations.NullMarked;
