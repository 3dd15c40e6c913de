package dev.bincang.transport;

import dev.bincang.hub.LoopHub;
import dev.bincang.hub.Outlet;
import dev.bincang.protocol.CloseCode;
import dev.bincang.transport.load.Relocation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client's connection as a session needs it. Used on its event loop, but for {@link #onLoop}. */
public interface Peer extends Outlet, Relocation.Client {

    /** For people who read logs; tells nothing. */
    String id();

    /** Where it comes from: an address as one is to be counted. */
    String address();

    /** The token that came with the request, once; null where there was none, or it was taken. */
    @Nullable
    String takeToken();

    /** The fan-out of this connection's event loop. */
    LoopHub hub();

    /** Runs it on this connection's event loop: at once if we are on it. */
    void onLoop(Runnable task);

    /** Runs it on this connection's event loop after a while, even if the connection is gone by then. */
    void after(Duration delay, Runnable task);

    /** The longest silence that this client is left in. */
    Duration pingInterval();

    /** Writes one frame that is for this client alone. */
    void reply(byte[] frame);

    /** Whether to read what the client sends; what it sends meanwhile waits in its own socket. */
    void reading(boolean on);

    void close(CloseCode code);
}
