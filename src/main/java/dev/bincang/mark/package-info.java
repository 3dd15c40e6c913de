/** How far each member has read, what is unread for them, and their own settings of a room. */
@NullMarked
package dev.bincang.mark;

import org.jspecify.annotations.NullMarked;
