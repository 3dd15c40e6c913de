/**
 * Redis as the rest of Bincang sees it: keys, commands, scripts and channels. Redis client types stay inside this package
 * and those below it. They return {@link dev.bincang.redis.link.Reply} and plain bytes, and fail with {@code Refusal}
 * {@code unavailable} if Redis is away.
 *
 * <p>From bottom to top: {@code link} is the two connections to one server, {@code node} is one server with its watchdog,
 * {@code topology} knows which node has a key.
 */
@NullMarked
package dev.bincang.redis;

import org.jspecify.annotations.NullMarked;
