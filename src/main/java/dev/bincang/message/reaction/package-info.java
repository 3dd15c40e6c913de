/** Reactions to messages: who has reacted how, and the events that tell it, at most two a second for one message. */
@NullMarked
package dev.bincang.message.reaction;

import org.jspecify.annotations.NullMarked;
