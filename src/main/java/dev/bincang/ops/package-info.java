/** Operation: health, metrics, drain and rebalancing. May use every package; no package uses it. */
@NullMarked
package dev.bincang.ops;

import org.jspecify.annotations.NullMarked;
