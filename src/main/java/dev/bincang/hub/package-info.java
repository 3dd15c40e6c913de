/**
 * A pod's fan-out. It turns what Redis publishes into what each subscription gets, in one order and without a hole.
 *
 * <pre>
 *   Redis ─▶ Hub ─▶ Feed (one per room: sequences, verifies)  ─▶ LoopHub (one per event loop: gathers)
 *                                                                  └▶ Audience (room × loop) ─▶ Subscription ─▶ Outlet
 * </pre>
 *
 * <p>Everything left of the arrow into {@link dev.bincang.hub.LoopHub} runs on the link's event loop. Everything right
 * of it runs on the connection's event loop. A queue between them keeps the order, so each loop sees the same sequence
 * as the feed. This package knows bytes, ids and positions. It knows nothing of messages, users or sockets.
 */
@NullMarked
package dev.bincang.hub;

import org.jspecify.annotations.NullMarked;
