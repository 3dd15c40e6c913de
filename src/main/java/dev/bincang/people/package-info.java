/**
 * What concerns a user everywhere: revoking tokens and banning. What happens to a member in one room is in {@code room}.
 */
@NullMarked
package dev.bincang.people;

import org.jspecify.annotations.NullMarked;
