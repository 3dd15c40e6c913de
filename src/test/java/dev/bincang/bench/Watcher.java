package dev.bincang.bench;

/** Hears what happens to the connections of a {@link Load}. */
interface Watcher {
    Watcher NOBODY = new Watcher() {};

    default void welcomed(Client client) {}

    /** The connection was refused or has ended. {@code why} is the same text for all with the same reason. */
    default void lost(Client client, String why) {}

    /** The server acknowledged a message: the client's room has an event with this number. */
    default void stored(Client client, long seq) {}
}
