/** Messages: posting, editing, deleting, and reading them back. Each command and each event is a record here. */
@NullMarked
package dev.bincang.message;

import org.jspecify.annotations.NullMarked;
