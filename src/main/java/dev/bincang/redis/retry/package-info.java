/** How long to wait for an answer, when to try again, and how often to say why. */
@NullMarked
package dev.bincang.redis.retry;

import org.jspecify.annotations.NullMarked;
