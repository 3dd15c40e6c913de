package dev.bincang.bench.transports;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * The requests that our JavaScript client makes Firefox 145 send from a page of the same site, header by header. They
 * are most of the traffic. There are no cookies, although most sites have some. Chrome's requests are longer by its
 * three {@code sec-ch-ua} headers.
 */
final class Browser {
    /** The sample handshake of RFC 6455 section 1.3. The server is measured, not SHA-1. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String HOST = "chat.example.com";
    private static final String AGENT = "Host: " + HOST
            + "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\n";
    private static final String LANGUAGE =
            "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n";
    private static final String UNCACHED = "Pragma: no-cache\r\nCache-Control: no-cache\r\n";

    private Browser() {}

    /** A GET of the room's events; {@code wait}: the maximum of seconds that the answer may take. */
    static byte[] events(Transport transport, String token, String room, int wait) {
        boolean polls = transport == Transport.LONG_POLL || transport == Transport.POLL;
        return bytes("GET /api/events?room=" + room + " HTTP/1.1\r\n" + AGENT + "Accept: " + transport.accept + "\r\n"
                + LANGUAGE + page() + (polls ? "Prefer: wait=" + wait + "\r\n" : "") + fetch(token) + "\r\n");
    }

    static byte[] command(String token, String command) {
        return bytes("POST /api/commands HTTP/1.1\r\n" + AGENT + "Accept: */*\r\n" + LANGUAGE + page()
                + "Content-Length: " + command.length() + "\r\nOrigin: https://" + HOST + "\r\n" + fetch(token)
                + "\r\n" + command);
    }

    static byte[] upgrade() {
        return bytes("GET /ws HTTP/1.1\r\n" + AGENT + "Accept: */*\r\n" + LANGUAGE
                + "Sec-WebSocket-Version: 13\r\nOrigin: https://" + HOST
                + "\r\nSec-WebSocket-Protocol: bincang.v1\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
                + "Sec-WebSocket-Key: " + KEY + "\r\nConnection: keep-alive, Upgrade\r\nSec-Fetch-Dest: empty\r\n"
                + "Sec-Fetch-Mode: websocket\r\nSec-Fetch-Site: same-origin\r\n" + UNCACHED
                + "Upgrade: websocket\r\n\r\n");
    }

    private static String page() {
        return "Referer: https://" + HOST + "/\r\nContent-Type: application/json\r\n";
    }

    private static String fetch(String token) {
        return "Authorization: Bearer " + token + "\r\nConnection: keep-alive\r\nSec-Fetch-Dest: empty\r\n"
                + "Sec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\nPriority: u=4\r\n" + UNCACHED;
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
