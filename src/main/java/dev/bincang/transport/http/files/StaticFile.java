package dev.bincang.transport.http.files;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/**
 * A file, plain and compressed.
 *
 * @param tag the entity tag (RFC 9110 section 8.8.3). It is made of the content alone, so that all pods of a version
 *     agree. It is weak, because one tag stands for both encodings.
 */
record StaticFile(String type, String tag, Buffer plain, Buffer gzip) {

    private static final int TAG_BYTES = 12;

    static StaticFile of(String type, byte[] content) {
        return new StaticFile(type, tag(content), Buffer.buffer(content), Buffer.buffer(gzip(content)));
    }

    private static String tag(byte[] content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(content);
            var first = Arrays.copyOf(digest, TAG_BYTES);
            return "W/\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(first) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] gzip(byte[] content) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
