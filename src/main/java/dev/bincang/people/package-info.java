/**
 * What concerns users beyond one room: revoked tokens and bans from everywhere, blocks, reports of messages, names and
 * pictures. Actions on a member of one room are in {@code room}.
 */
@NullMarked
package dev.bincang.people;

import org.jspecify.annotations.NullMarked;
