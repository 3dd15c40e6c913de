/** Authentication: turns a token, or the name of a new guest, into a user. What a user may do is not decided here. */
@NullMarked
package dev.bincang.auth;

import org.jspecify.annotations.NullMarked;
