/** Lists of rooms, of who is in them, and of a message's old texts. Changes are made in {@code room}. */
@NullMarked
package dev.bincang.room.lists;

import org.jspecify.annotations.NullMarked;
