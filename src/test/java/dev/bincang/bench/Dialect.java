package dev.bincang.bench;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How to say hello and to publish at each of the two servers. {@link Client} handles the differences between their
 * frames.
 */
enum Dialect {
    FLOOR {
        @Override
        String path(int room) {
            return "/r" + room;
        }

        @Override
        String send(long req, int room, String text) {
            return text;
        }
    },
    BINCANG {
        @Override
        String path(int room) {
            return "/ws";
        }

        @Override
        String send(long req, int room, String text) {
            var key = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
            return "{\"type\":\"send\",\"req\":" + req + ",\"room\":\"r" + room + "\",\"key\":\"" + key
                    + "\",\"text\":\"" + text + "\"}";
        }
    };

    abstract String path(int room);

    abstract String send(long req, int room, String text);

    /**
     * The first hello, of a guest who joins at the newest event. {@code joins} is false for a guest who only publishes.
     */
    static String hello(int client, int room, boolean joins) {
        return "{\"type\":\"hello\",\"req\":1,\"guest\":\"u" + client + "\""
                + (joins ? ",\"rooms\":{\"r" + room + "\":null}}" : "}");
    }

    /** The hello of a client that returns: the same user, after the last event received. */
    static String helloAgain(String token, int room, String lastId) {
        return "{\"type\":\"hello\",\"req\":1,\"token\":\"" + token + "\",\"rooms\":{\"r" + room + "\":\"" + lastId
                + "\"}}";
    }
}
