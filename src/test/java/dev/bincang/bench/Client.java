package dev.bincang.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One connection of the load: it publishes on request, answers pings, and passes what it reads to its {@link Talk}. The
 * talk and the {@link Order} survive a reconnect.
 *
 * <pre>
 *   AWAY ──connect──▶ CONNECTING ──▶ UPGRADING ──101──▶ GREETING ──greeted──▶ READY
 *     ▲                                                                         │
 *     └──────────────────────── lost, from anywhere ────────────────────────────┘
 * </pre>
 */
public final class Client implements Wire.Frames {
    /** The sample handshake of RFC 6455 section 1.3. The server is measured, not the generator's SHA-1. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final Pattern CODE = Pattern.compile("\"code\":\"([a-z_]+)\"");

    /** The receive buffer of a client that will stop reading. Otherwise the kernel reads on for megabytes. */
    private static final int NARROW = 16 << 10;

    private final Load load;
    private final int number;
    private final int room;
    private final boolean joins;
    private final boolean stalls;
    private final Order order;
    private final Talk talk;

    private State state = State.AWAY;
    private Wire wire;
    private long sent;

    enum State {
        AWAY,
        CONNECTING,
        UPGRADING,
        GREETING,
        READY
    }

    /** {@code publishers}: the number of clients that publish in this room. */
    Client(Load load, int number, int room, boolean joins, boolean stalls, int publishers) {
        this.load = load;
        this.number = number;
        this.room = room;
        this.joins = joins;
        this.stalls = stalls;
        this.order = new Order(room, publishers, stalls);
        this.talk = load.dialect.talk().apply(this);
    }

    public int number() {
        return number;
    }

    public int room() {
        return room;
    }

    /** Whether this client reads its room. Otherwise it only publishes there. */
    public boolean joins() {
        return joins;
    }

    /** What it has read of its room, also in earlier connections. */
    Order order() {
        return order;
    }

    State state() {
        return state;
    }

    boolean stalls() {
        return stalls;
    }

    /** Connects, always to this machine. */
    void connect(int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (stalls) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, NARROW);
        }
        SelectionKey key = channel.register(load.selector, SelectionKey.OP_CONNECT, this);
        wire = new Wire(channel, key);
        state = State.CONNECTING;
        if (channel.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port))) {
            upgrade(key);
        }
    }

    void ready(SelectionKey key) {
        try {
            if (key.isConnectable()) {
                ((SocketChannel) key.channel()).finishConnect();
                upgrade(key);
                return;
            }
            if (key.isWritable()) {
                wire.flush();
            }
            if (key.isReadable()) {
                receive();
            }
        } catch (IOException e) {
            lost(e.toString(), "");
        }
    }

    private void upgrade(SelectionKey key) throws IOException {
        key.interestOps(SelectionKey.OP_READ);
        state = State.UPGRADING;
        wire.write(ISO_8859_1.encode("GET " + load.dialect.path().apply(room) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + KEY
                + "\r\nSec-WebSocket-Version: 13\r\n\r\n"));
    }

    private void receive() throws IOException {
        if (!wire.fill(load.in)) {
            lost("closed by the server while " + state, "");
            return;
        }
        load.now = System.nanoTime();
        if (state != State.UPGRADING || upgraded(load.in)) {
            wire.parse(load.in, this);
        }
    }

    private boolean upgraded(ByteBuffer in) throws IOException {
        String head = ISO_8859_1.decode(in.duplicate()).toString();
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            wire.hold(in);
            return false;
        }
        if (!head.startsWith("HTTP/1.1 101") || !head.contains(ACCEPT)) {
            lost("upgrade refused: " + head.lines().findFirst().orElse(""), head);
            return false;
        }
        in.position(in.position() + end + 4);
        state = State.GREETING;
        talk.begin();
        return true;
    }

    /** From now on this client may publish, and must receive everything of its room. */
    public void greeted() {
        state = State.READY;
        load.greeted(this);
    }

    /** Publishes a text of {@code length} characters with its due time, its room, its publisher and its number. */
    void publish(long due, int publisher, int length) {
        if (state != State.READY) {
            load.tally.unsent++;
            return;
        }
        StringBuilder stamped =
                new StringBuilder(length).append("@@").append(due).append('.').append(room);
        stamped.append('.').append(publisher).append('.').append(++sent).append("@@");
        stamped.repeat('x', Math.max(0, length - stamped.length()));
        try {
            text(talk.message(sent, stamped.toString()));
            load.tally.sent++;
        } catch (IOException e) {
            lost(e.toString(), "");
        }
    }

    /** Sends a text frame. */
    public void text(String text) throws IOException {
        ByteBuffer bytes = UTF_8.encode(text);
        send(Wire.TEXT, bytes, 0, bytes.limit());
    }

    private void send(int opcode, ByteBuffer bytes, int from, int to) throws IOException {
        wire.write(Wire.frame(
                load.out, opcode, bytes, from, to, ThreadLocalRandom.current().nextInt() | 1));
    }

    @Override
    public void frame(int opcode, ByteBuffer bytes, int from, int to) throws IOException {
        switch (opcode) {
            case Wire.TEXT -> {
                load.scan.over(bytes, from, to);
                talk.frame(load.scan);
            }
            case Wire.PING -> send(Wire.PONG, bytes, from, to);
            case Wire.PONG -> {}
            case Wire.CLOSE -> {
                load.scan.over(bytes, Math.min(from + 2, to), to);
                String code = to - from < 2 ? "no code" : Integer.toString(bytes.getShort(from) & 0xffff);
                lost("closed with " + code, load.scan.text());
            }
            default -> throw new IOException("opcode " + Integer.toHexString(opcode));
        }
    }

    /** A message of the load has arrived. Its text has a stamp. */
    public void message(Scan scan) {
        order.message(scan, load.tally, load.now);
    }

    /** An event of Bincang has arrived. */
    void logged(Scan scan) {
        order.logged(scan, load.tally);
    }

    /** The next event of the room has this number. It rises by one from 1. */
    public void numbered(long seq) {
        order.numbered(seq, load.tally);
    }

    public void acknowledged() {
        load.tally.acknowledged++;
    }

    /** The server says that it lost events. */
    public void gap(String frame) {
        load.tally.gaps++;
        load.tally.note(frame);
    }

    /** The server has stored a message of this client as event {@code seq} of the room. */
    void stored(long seq) {
        acknowledged();
        load.stored(this, seq);
    }

    /** The server answers with an error, or with a frame that this client does not expect. */
    public void refused(String frame) {
        Matcher given = CODE.matcher(frame);
        String code = given.find() ? given.group(1) : "none";
        if (state == State.GREETING) {
            lost("hello refused: " + code, frame);
        } else {
            load.tally.refused(code, frame);
        }
    }

    /** Stops reading after the welcome, if this client is a stalling one. */
    void stall() {
        if (stalls && state == State.READY) {
            wire.stopReading();
        }
    }

    void leave() {
        if (state != State.AWAY) {
            state = State.AWAY;
            wire.close();
        }
    }

    /** {@code why} is the same text for all connections with the same reason. */
    private void lost(String why, String detail) {
        boolean wasReady = state == State.READY;
        leave();
        load.lost(this, wasReady, why, detail);
    }
}
