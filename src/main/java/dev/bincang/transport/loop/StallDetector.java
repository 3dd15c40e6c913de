package dev.bincang.transport.loop;

import io.netty.channel.Channel;

/**
 * Detects a connection that takes none of the data that waits to be written to it. A connection that takes data slowly
 * is not stalled. Used on its loop only.
 */
public final class StallDetector {

    private long waiting;
    private long takenAt;

    /** Starts a new measurement: data begins to wait. */
    public void begun() {
        waiting = 0;
    }

    /**
     * For how long the connection took nothing, in nanoseconds; -1 if nothing waits.
     *
     * @param now of {@link System#nanoTime}
     */
    public long stalled(Channel channel, long now) {
        var buffer = channel.unsafe().outboundBuffer();
        if (buffer == null || buffer.isEmpty()) {
            return -1;
        }
        var left = buffer.totalPendingWriteBytes() - buffer.currentProgress();
        if (left < waiting || waiting == 0) {
            takenAt = now;
        }
        waiting = left;
        return now - takenAt;
    }
}
