/** Packaged-process tests of what Redis holds. */
@NullMarked
package dev.bincang.storage;

import org.jspecify.annotations.NullMarked;
