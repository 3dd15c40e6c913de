/** Reports of messages in Redis, beside their room. {@code people} decides who may report, see and handle them. */
@NullMarked
package dev.bincang.people.report;

import org.jspecify.annotations.NullMarked;
