/**
 * Whom each user has blocked. This package knows neither rooms nor the meaning of a block: whoever writes something that
 * is for one user alone asks it.
 */
@NullMarked
package dev.bincang.people.block;

import org.jspecify.annotations.NullMarked;
