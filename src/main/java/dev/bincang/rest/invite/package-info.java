/** Invitation links over HTTP. */
@NullMarked
package dev.bincang.rest.invite;

import org.jspecify.annotations.NullMarked;
