/**
 * Tokens as text: what they say before they are verified, why they are refused, and the keys that verify them. {@code
 * auth} decides whose a token is.
 */
@NullMarked
package dev.bincang.auth.token;

import org.jspecify.annotations.NullMarked;
