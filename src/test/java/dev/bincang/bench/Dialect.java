package dev.bincang.bench;

/** How to greet and to publish at either server; the frames that come back differ by what {@link Client} looks for. */
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
            return "{\"type\":\"send\",\"req\":" + req + ",\"room\":\"r" + room + "\",\"text\":\"" + text + "\"}";
        }
    };

    abstract String path(int room);

    abstract String send(long req, int room, String text);

    /** The first hello: a guest who joins from now on; {@code joins} is false for one who only publishes. */
    static String hello(int client, int room, boolean joins) {
        return "{\"type\":\"hello\",\"req\":1,\"guest\":\"u" + client + "\""
                + (joins ? ",\"rooms\":{\"r" + room + "\":null}}" : "}");
    }

    /** The hello of one who comes back: the same user, and after the last event seen. */
    static String helloAgain(String token, int room, String lastId) {
        return "{\"type\":\"hello\",\"req\":1,\"token\":\"" + token + "\",\"rooms\":{\"r" + room + "\":\"" + lastId
                + "\"}}";
    }
}
