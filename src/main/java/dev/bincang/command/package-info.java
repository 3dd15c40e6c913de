/**
 * Which commands there are besides those of {@link dev.bincang.command.ConnectionCommand}, and what runs each of them. A
 * feature makes a {@link dev.bincang.command.CommandKind} for each of its commands. Transports find it here.
 */
@NullMarked
package dev.bincang.command;

import org.jspecify.annotations.NullMarked;
