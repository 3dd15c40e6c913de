/**
 * Which node has a key: the only one, the one that sentinels name, or the one that has the key's slot in a cluster.
 */
@NullMarked
package dev.bincang.redis.topology;

import org.jspecify.annotations.NullMarked;
