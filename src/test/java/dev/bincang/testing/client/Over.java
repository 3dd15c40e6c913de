package dev.bincang.testing.client;

/** The transports. */
public enum Over {
    WEBSOCKET(""),
    STREAM("application/x-ndjson"),
    EVENTS("text/event-stream"),
    LONG_POLL("application/json"),
    POLL("*/*");

    private final String accept;

    Over(String accept) {
        this.accept = accept;
    }

    String accept() {
        return accept;
    }

    /** Whether each answer is the answer to a request of its own. */
    public boolean polls() {
        return this == LONG_POLL || this == POLL;
    }
}
