/** Timeouts, retries and log lines that are not repeated too often. */
@NullMarked
package dev.bincang.redis.retry;

import org.jspecify.annotations.NullMarked;
