package dev.bincang.bench;

import java.io.IOException;

/** What one client says to a server, and how it understands the answers. It survives a reconnect. */
public interface Talk {
    /** Says hello, after each upgrade. When the server has answered, this calls {@link Client#greeted}. */
    void begin() throws IOException;

    /** The frame that publishes this text in the client's room. {@code number} rises by one from 1. */
    String message(long number, String text);

    /** Takes a text frame. */
    void frame(Scan scan) throws IOException;
}
