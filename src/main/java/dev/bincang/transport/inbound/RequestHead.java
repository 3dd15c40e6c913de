package dev.bincang.transport.inbound;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Refusal.Problem;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.HexFormat;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the first line and the headers of a request. The checks are the same for all clients and resources. */
final class RequestHead {

    /** A name or an address, perhaps with a port (RFC 9110 section 7.2). */
    private static final Pattern HOST =
            Pattern.compile("(?:\\[[0-9a-fA-F:.]{2,45}]|[A-Za-z0-9._-]{1,255})(?::\\d{1,5})?");

    /**
     * A header's name (RFC 9110 section 5.1). Some servers take a space before the colon as part of the name, others do
     * not.
     */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?#@]+)(.*)");
    /** A segment that leads to another one: a single or double dot, perhaps escaped. */
    private static final Pattern DOTS = Pattern.compile("(?:\\.|%2[eE]){1,2}");

    /** What a segment of a path may have beside letters, digits and escapes (RFC 3986 section 3.3), without a semicolon. */
    private static final String IN_PATH = "._~!$&'()*+,=:@-";

    private RequestHead() {}

    /**
     * The problem with the request, or null if there is none. Rewrites a target in absolute form (RFC 9112 section
     * 3.2.2) to a path and a {@code Host}.
     */
    static @Nullable Problem wrong(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return switch (request.decoderResult().cause()) {
                case TooLongHttpLineException _ -> tooLarge("the first line is too long", 414);
                case TooLongHttpHeaderException _ -> tooLarge("the headers are too long", 431);
                case null, default -> bad("the request is not well-formed");
            };
        }
        var version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Refusal.bad("this server supports HTTP/1.1").problem().withStatus(505);
        }
        if (!request.headers().names().stream()
                .allMatch(name -> NAME.matcher(name).matches())) {
            return bad("a header's name is not well-formed");
        }
        if (framing(request)
                || request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH).size() > 1) {
            return bad("Transfer-Encoding: only chunked, and no Content-Length beside it");
        }
        var absolute = ABSOLUTE.matcher(request.uri());
        if (absolute.matches()) {
            request.headers().set(HttpHeaderNames.HOST, absolute.group(1));
            var rest = absolute.group(2);
            request.setUri(rest.startsWith("/") ? rest : "/" + rest);
        }
        var hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() != 1 || !HOST.matcher(hosts.getFirst()).matches()) {
            return bad("Host: one is needed, a name or an address");
        }
        return target(request.uri());
    }

    /** Whether a proxy in front of this server could see another end of this request's body. */
    private static boolean framing(HttpRequest request) {
        var codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return !codings.isEmpty()
                && (codings.size() > 1
                        || !codings.getFirst().strip().equalsIgnoreCase("chunked")
                        || request.protocolVersion().equals(HttpVersion.HTTP_1_0)
                        || request.headers().contains(HttpHeaderNames.CONTENT_LENGTH));
    }

    /** The problem with a path and query that not all servers read in the same way, or null if there is none. */
    static @Nullable Problem target(@Nullable String uri) {
        if (uri == null || !uri.startsWith("/")) {
            return bad("path: begins with a slash");
        }
        var end = uri.indexOf('?');
        if (!isPath(end < 0 ? uri : uri.substring(0, end))) {
            return bad("path: has an empty or dot segment, a semicolon not written as %3B, or an invalid character");
        }
        return end < 0 || isWritten(uri.substring(end), c -> c != '#' && !Character.isWhitespace(c))
                ? null
                : bad("query: is not well-formed");
    }

    /** Whether all servers read this path alike: no empty segment but the last one, no dot segment, no parameter. */
    private static boolean isPath(String path) {
        var segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            var segment = segments[i];
            var last = i == segments.length - 1;
            if ((segment.isEmpty() && !last)
                    || DOTS.matcher(segment).matches()
                    || !isWritten(segment, RequestHead::inPath)) {
                return false;
            }
        }
        return true;
    }

    private static boolean inPath(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || IN_PATH.indexOf(c) >= 0;
    }

    /**
     * Whether each character is allowed, or written as an escape. Not a regular expression: Java's matcher calls itself
     * for each repetition of a group, and a long text overflows the stack.
     */
    private static boolean isWritten(String text, IntPredicate allowed) {
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '%') {
                if (i + 2 >= text.length()
                        || !HexFormat.isHexDigit(text.charAt(i + 1))
                        || !HexFormat.isHexDigit(text.charAt(i + 2))) {
                    return false;
                }
                i += 2;
            } else if (!allowed.test(c)) {
                return false;
            }
        }
        return true;
    }

    private static Problem bad(String why) {
        return Refusal.bad(why).problem();
    }

    private static Problem tooLarge(String why, int status) {
        return new Refusal(ErrorCode.TOO_LARGE, why).problem().withStatus(status);
    }
}
