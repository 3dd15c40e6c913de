package dev.bincang.transport;

import dev.bincang.hub.LoopHub;
import dev.bincang.hub.Outlet;
import dev.bincang.protocol.CloseCode;
import dev.bincang.transport.load.Relocation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client's connection, as a session uses it. All methods except {@link #onLoop} are called on its event loop. */
public interface Peer extends Outlet, Relocation.Client {

    /** The connection's id, for logs. It reveals nothing about the client. */
    String id();

    /** The client's address, in the form that limits count: an IPv4 address or the first 64 bits of an IPv6 address. */
    String address();

    /**
     * Returns the token that came with the request, and forgets it. Null if there was no token or it was taken before.
     */
    @Nullable
    String takeToken();

    /** The fan-out of this connection's event loop. */
    LoopHub hub();

    /** Runs the task on this connection's event loop: at once if the caller is on that loop. Any thread. */
    void onLoop(Runnable task);

    /** Runs the task on this connection's event loop after the delay, even if the connection is closed by then. */
    void after(Duration delay, Runnable task);

    /** The interval of pings: the longest time in which the server sends nothing to this client. */
    Duration pingInterval();

    /** Runs the task when the outbox has room, so that a large answer is built only then. */
    default void whenWritable(Runnable task) {
        if (writable()) {
            task.run();
        } else {
            whenDrained(task);
        }
    }

    /** Writes one frame to this client only. */
    void reply(byte[] frame);

    /**
     * Starts or stops reading from the client. While it is stopped, the client's data waits in the client's own socket.
     */
    void reading(boolean on);

    void close(CloseCode code);
}
