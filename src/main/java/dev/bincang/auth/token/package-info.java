/**
 * Tokens as text: what they say before they are verified, why they are refused, and the keys that verify them. Whose a token
 * is, is decided in {@code auth}.
 */
@NullMarked
package dev.bincang.auth.token;

import org.jspecify.annotations.NullMarked;
