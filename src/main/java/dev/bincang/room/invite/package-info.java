/** Invitation links, and the addition of many members in one call. A link's token is shown once and never stored. */
@NullMarked
package dev.bincang.room.invite;

import org.jspecify.annotations.NullMarked;
