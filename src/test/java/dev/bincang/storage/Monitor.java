package dev.bincang.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads the commands that others send to a Redis ({@code MONITOR}). */
final class Monitor implements AutoCloseable {

    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]++|\\\\.)*+)\"");
    private static final Pattern PART = Pattern.compile("\\\\x[0-9a-f]{2}|\\\\.|[^\\\\]");

    private final Socket socket;
    private final BufferedReader lines;

    Monitor(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write("MONITOR\r\n".getBytes(UTF_8));
        lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        lines.readLine(); // +OK: all later commands are told
    }

    /** The words of the next command that is such a one. */
    List<String> next(Predicate<List<String>> such) throws IOException {
        while (true) {
            var words = words(lines.readLine());
            if (such.test(words)) {
                return words;
            }
        }
    }

    /** The words of a line: in quotes, with escapes as in C. */
    private static List<String> words(String line) {
        var words = new ArrayList<String>();
        for (var word = WORD.matcher(line); word.find(); ) {
            words.add(unescaped(word.group(1)));
        }
        return words;
    }

    private static String unescaped(String word) {
        var bytes = new ByteArrayOutputStream();
        for (var part = PART.matcher(word); part.find(); ) {
            var text = part.group();
            if (text.length() == 4) {
                bytes.write(Integer.parseInt(text.substring(2), 16));
            } else {
                var last = text.charAt(text.length() - 1);
                var letter = text.length() == 1 ? -1 : "nrtab".indexOf(last);
                bytes.write(letter < 0 ? last : "\n\r\t\7\b".charAt(letter));
            }
        }
        return bytes.toString(UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
