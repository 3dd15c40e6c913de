package dev.bincang.transport.websocket;

import io.netty.channel.Channel;

/**
 * Decides whether a client is read. Reading stops while too many commands are in flight, and while the client does not
 * take its answers. Meanwhile the client's data waits in its own socket. Used on the channel's loop only.
 */
final class ReadSwitch {

    private final Channel channel;
    private boolean busy;
    private boolean full;
    private boolean ending;

    ReadSwitch(Channel channel) {
        this.channel = channel;
    }

    /** Tells whether the maximum number of commands is in flight. */
    void busy(boolean now) {
        busy = now;
        set();
    }

    /** Tells whether the outbox is full: more commands would only produce more answers. */
    void full(boolean now) {
        full = now;
        set();
    }

    /** Reads from now on, whatever else there is: the client's close frame must be read. */
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
