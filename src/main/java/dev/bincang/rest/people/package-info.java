/** The HTTP operations of {@link dev.bincang.people}. */
@NullMarked
package dev.bincang.rest.people;

import org.jspecify.annotations.NullMarked;
