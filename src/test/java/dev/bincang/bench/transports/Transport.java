package dev.bincang.bench.transports;

/** A way down. The way up is the same WebSocket, or a POST on another connection. */
enum Transport {
    WEBSOCKET("WebSocket", "*/*", 0),
    STREAM("HTTP stream", "application/x-ndjson", 0),
    SSE("SSE", "text/event-stream", 0),
    LONG_POLL("long poll", "application/json", 25),
    POLL("poll", "application/json", 0);

    final String title;
    final String accept;

    /** The maximum of seconds that an answer may wait. */
    final int patience;

    Transport(String title, String accept, int patience) {
        this.title = title;
        this.accept = accept;
        this.patience = patience;
    }

    Member member(Chat chat, int number, String token) {
        return switch (this) {
            case WEBSOCKET -> new SocketMember(chat, number, token);
            case STREAM, SSE -> new StreamMember(chat, number, token);
            case LONG_POLL, POLL -> new PollMember(chat, number, token);
        };
    }
}
