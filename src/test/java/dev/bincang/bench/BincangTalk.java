package dev.bincang.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A guest who joins one room, sends with keys as real clients do, and resumes after the last event received. */
final class BincangTalk implements Talk {
    static final Dialect DIALECT = new Dialect(_ -> "/ws", BincangTalk::new);

    private static final byte[] MESSAGE = "{\"type\":\"message\"".getBytes(UTF_8);
    private static final byte[] OK = "{\"type\":\"ok\"".getBytes(UTF_8);
    private static final Pattern TYPE = Pattern.compile("\\{\"type\":\"([a-z_]+)\".*", Pattern.DOTALL);
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");
    private static final Pattern HEAD = Pattern.compile("\"head\":\"(\\d+-\\d+)\"");

    private final Client client;
    private String token = "";

    BincangTalk(Client client) {
        this.client = client;
    }

    @Override
    public void begin() throws IOException {
        client.text(token.isEmpty() ? hello() : helloAgain());
    }

    /** The first hello, of a guest who joins at the newest event, or who only publishes. */
    private String hello() {
        return "{\"type\":\"hello\",\"req\":1,\"guest\":\"u" + client.number() + "\""
                + (client.joins() ? ",\"rooms\":{\"r" + client.room() + "\":null}}" : "}");
    }

    /** The hello of a client that returns: the same user, after the last event received. */
    private String helloAgain() {
        return "{\"type\":\"hello\",\"req\":1,\"token\":\"" + token + "\",\"rooms\":{\"r" + client.room() + "\":\""
                + client.order().position() + "\"}}";
    }

    @Override
    public String message(long number, String text) {
        var key = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        return "{\"type\":\"send\",\"req\":" + (number + 1) + ",\"room\":\"r" + client.room() + "\",\"key\":\"" + key
                + "\",\"text\":\"" + text + "\"}";
    }

    @Override
    public void frame(Scan scan) {
        if (scan.startsWith(MESSAGE)) {
            client.logged(scan);
            client.message(scan);
        } else if (scan.startsWith(OK)) {
            client.stored(Order.acknowledged(scan));
        } else {
            other(scan);
        }
    }

    private void other(Scan scan) {
        String frame = scan.text();
        Matcher type = TYPE.matcher(frame);
        switch (type.matches() ? type.group(1) : "") {
            case "welcome" -> welcome(frame);
            case "member", "room", "edited", "deleted", "reaction" -> client.logged(scan);
            case "ping", "presence", "typing", "read", "drain", "token_expiring" -> {}
            case "gap", "reset" -> client.gap(frame);
            default -> client.refused(frame);
        }
    }

    private void welcome(String frame) {
        Matcher head = HEAD.matcher(frame);
        if (client.joins() && (!head.find() || !frame.contains("\"state\":\"ok\""))) {
            client.gap(frame);
        } else if (client.joins() && token.isEmpty()) {
            client.order().startAfter(head.group(1));
        }
        Matcher given = TOKEN.matcher(frame);
        if (given.find()) {
            token = given.group(1);
        }
        client.greeted();
    }
}
