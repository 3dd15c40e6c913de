/** Who you are: from a token, or a guest's wish, to a user. What a user may do is not decided here. */
@NullMarked
package dev.bincang.auth;

import org.jspecify.annotations.NullMarked;
