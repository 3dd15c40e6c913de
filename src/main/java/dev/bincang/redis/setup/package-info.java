/**
 * Chooses the Redis and checks its settings before a link opens: its address, its certificate, or a Redis that we
 * start. Sets how the client's sockets write.
 */
@NullMarked
package dev.bincang.redis.setup;

import org.jspecify.annotations.NullMarked;
