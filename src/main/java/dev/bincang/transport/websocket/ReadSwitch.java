package dev.bincang.transport.websocket;

import io.netty.channel.Channel;

/**
 * Whether a client is read. There are two reasons not to: its commands are in flight, and it does not take its answers. What
 * it sends meanwhile waits in its own socket. Used on the channel's loop only.
 */
final class ReadSwitch {

    private final Channel channel;
    private boolean busy;
    private boolean full;
    private boolean ending;

    ReadSwitch(Channel channel) {
        this.channel = channel;
    }

    /** As many commands are in flight as may be, or not any more. */
    void busy(boolean now) {
        busy = now;
        set();
    }

    /** Its outbox is full, or not any more: more commands would only make more answers. */
    void full(boolean now) {
        full = now;
        set();
    }

    /** Its close frame has to be read, whatever else there is. */
    void ending() {
        ending = true;
        set();
    }

    boolean on() {
        return ending || (!busy && !full);
    }

    private void set() {
        if (channel.config().isAutoRead() != on()) {
            channel.config().setAutoRead(on());
        }
    }
}
