/**
 * A pod's fan-out: from what Redis publishes to what each subscription gets, in one order and without a hole.
 *
 * <pre>
 *   Redis ─▶ Hub ─▶ Feed (one per room: sequences, verifies)  ─▶ LoopHub (one per event loop: gathers)
 *                                                                  └▶ Audience (room × loop) ─▶ Subscription ─▶ Outlet
 * </pre>
 *
 * <p>Everything left of the arrow into {@link dev.bincang.hub.LoopHub} runs on the link's event loop, everything right
 * of it on the connection's. What passes between is queued in order, so each loop sees the feed's one sequence. Knows
 * bytes, ids and positions; nothing of messages, users or sockets.
 */
@NullMarked
package dev.bincang.hub;

import org.jspecify.annotations.NullMarked;
