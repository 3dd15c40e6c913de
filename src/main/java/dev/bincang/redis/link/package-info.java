/**
 * The connections to one Redis server: one for commands, one for channels, and one for writes that must be durable. They use the client of Quarkus
 * (Vert.x) at its lowest level. The reason: its high-level pub/sub neither re-subscribes nor tells that it was cut, and
 * its reactive commands have no timeout.
 */
@NullMarked
package dev.bincang.redis.link;

import org.jspecify.annotations.NullMarked;
