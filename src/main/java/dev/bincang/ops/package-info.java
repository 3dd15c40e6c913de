/** Running it: health and metrics. May see everything; nothing sees it. */
@NullMarked
package dev.bincang.ops;

import org.jspecify.annotations.NullMarked;
