package dev.bincang.bench;

/** The path is the room, and each frame is a text, in both directions. There is no hello. */
public record PlainTalk(Client client) implements Talk {
    /** The protocol of {@link Floor}. */
    static final Dialect DIALECT = new Dialect(room -> "/r" + room, PlainTalk::new);

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
