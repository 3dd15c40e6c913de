/** Lists of rooms and of who is in them, a page at a time. Changes are made in {@code room}. */
@NullMarked
package dev.bincang.room.lists;

import org.jspecify.annotations.NullMarked;
