/**
 * Actions on a user across the whole server: revoking tokens and banning. Actions on a member of one room are in {@code
 * room}.
 */
@NullMarked
package dev.bincang.people;

import org.jspecify.annotations.NullMarked;
