/** Messages: posting, editing and deleting. {@code history} reads them back. Each command and each event is a record here. */
@NullMarked
package dev.bincang.message;

import org.jspecify.annotations.NullMarked;
