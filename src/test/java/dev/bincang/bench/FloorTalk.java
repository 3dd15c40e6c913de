package dev.bincang.bench;

/** The path is the room, and each frame is a text. There is no hello. */
record FloorTalk(Client client) implements Talk {
    static final Dialect DIALECT = new Dialect(room -> "/r" + room, FloorTalk::new);

    @Override
    public void begin() {
        client.greeted();
    }

    @Override
    public String message(long number, String text) {
        return text;
    }

    @Override
    public void frame(Scan scan) {
        client.message(scan);
    }
}
