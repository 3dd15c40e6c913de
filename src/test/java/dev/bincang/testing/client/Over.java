package dev.bincang.testing.client;

/** The ways to listen. */
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

    /** Whether each answer is a request of its own. */
    public boolean polls() {
        return this == LONG_POLL || this == POLL;
    }
}
