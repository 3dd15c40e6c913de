/** One Redis server with its links, and the watchdog that opens, checks and reopens them. */
@NullMarked
package dev.bincang.redis.node;

import org.jspecify.annotations.NullMarked;
