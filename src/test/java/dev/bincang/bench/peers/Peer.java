package dev.bincang.bench.peers;

import dev.bincang.bench.Child;
import dev.bincang.bench.Dialect;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Optional;

/** A server of others. */
interface Peer {
    /** What this machine lacks to run it. Empty if it lacks nothing. */
    Optional<String> missing();

    /** The command that prints which version is measured. */
    List<String> version();

    Dialect dialect();

    /** Writes the configuration of one server, and returns the command that starts it. */
    List<String> command(Place place) throws IOException;

    /** Whether a server that was just started takes clients. A refused connection means no. */
    default boolean isReady(int port) throws IOException {
        try (Socket socket = new Socket(Child.loopback(), port)) {
            return socket.isConnected();
        }
    }
}
