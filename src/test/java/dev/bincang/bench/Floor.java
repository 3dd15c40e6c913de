package dev.bincang.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The minimum cost of a room in Java: one thread and only RFC 6455. The path is the room. Each text frame of a member
 * is framed once into one direct buffer and written with one write(2) per member. No JSON, no users, no log, no
 * batching. It runs in a JVM of its own, so that its CPU is measured alone, on 127.0.0.1, until its standard input
 * ends.
 */
final class Floor {
    private static final Pattern REQUEST = Pattern.compile(
            "GET (\\S+) .*\r\nSec-WebSocket-Key: *(\\S+)\r\n.*", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    private final Selector selector = Selector.open();
    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final Map<String, List<Member>> rooms = new HashMap<>();
    private final ByteBuffer in = Wire.sharedBuffer();
    private final ByteBuffer out = Wire.sharedBuffer();

    private Floor(int port) throws IOException {
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 4096);
        server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
    }

    public static void main(String[] args) throws IOException {
        Thread.ofPlatform().daemon().start(Floor::endWithParent);
        Floor floor = new Floor(Integer.parseInt(args[0]));
        while (true) {
            floor.selector.select(floor::ready);
        }
    }

    private static void endWithParent() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // a broken pipe ends the connection too
        }
        System.exit(0);
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Member member) {
            member.ready(key);
        } else {
            accept();
        }
    }

    private void accept() {
        try {
            for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                key.attach(new Member(new Wire(channel, key)));
            }
        } catch (IOException e) {
            System.err.println("accept: " + e);
        }
    }

    private final class Member implements Wire.Frames {
        private final Wire wire;
        private List<Member> room = List.of();
        private int place;

        private Member(Wire wire) {
            this.wire = wire;
        }

        private void ready(SelectionKey key) {
            try {
                if (key.isWritable()) {
                    wire.flush();
                }
                if (!key.isReadable()) {
                    return;
                }
                if (!wire.fill(in)) {
                    leave();
                } else if (!room.isEmpty() || upgraded()) {
                    wire.parse(in, this);
                }
            } catch (IOException e) {
                leave();
            }
        }

        private boolean upgraded() throws IOException {
            String head = ISO_8859_1.decode(in.duplicate()).toString();
            int end = head.indexOf("\r\n\r\n");
            Matcher request = REQUEST.matcher(head);
            if (end < 0 || !request.matches()) {
                wire.hold(in);
                return false;
            }
            in.position(in.position() + end + 4);
            wire.write(ISO_8859_1.encode("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept(request.group(2)) + "\r\n\r\n"));
            room = rooms.computeIfAbsent(request.group(1), _ -> new ArrayList<>());
            place = room.size();
            room.add(this);
            return true;
        }

        private static String accept(String key) {
            try {
                byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
                return Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void frame(int opcode, ByteBuffer bytes, int from, int to) throws IOException {
            switch (opcode) {
                case Wire.TEXT -> {
                    ByteBuffer frame = Wire.frame(out, opcode, bytes, from, to, 0);
                    List<Member> members = room;
                    for (int i = members.size() - 1; i >= 0; i--) {
                        members.get(i).take(frame.rewind());
                    }
                }
                case Wire.PING -> wire.write(Wire.frame(out, Wire.PONG, bytes, from, to, 0));
                case Wire.CLOSE -> leave();
                default -> {}
            }
        }

        private void take(ByteBuffer frame) {
            try {
                wire.write(frame);
            } catch (IOException e) {
                leave();
            }
        }

        /** The last member takes the place of the one who leaves. A broadcast runs downwards, so it skips no member. */
        private void leave() {
            wire.close();
            if (!room.isEmpty()) {
                Member last = room.removeLast();
                if (last != this) {
                    room.set(place, last);
                    last.place = place;
                }
                room = List.of();
            }
        }
    }
}
