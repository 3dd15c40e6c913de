package dev.bincang.transport.loop;

import io.netty.channel.Channel;

/** Whether a connection takes what waits to be written to it, however slowly. Used on its loop only. */
public final class StallDetector {

    private long waiting;
    private long takenAt;

    /** Something begins to wait. */
    public void begun() {
        waiting = 0;
    }

    /**
     * For how long nothing was taken, in nanoseconds; -1 where nothing waits.
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
