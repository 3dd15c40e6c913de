/** What comes before a link: which Redis, by which settings, and how its certificate is checked. */
@NullMarked
package dev.bincang.redis.setup;

import org.jspecify.annotations.NullMarked;
