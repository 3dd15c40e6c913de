package dev.bincang.transport.inbound;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Refusal.Problem;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is wrong with the first line and the headers of a request, whoever sends it and whatever it asks for. */
final class RequestHead {

    /** A name or an address with its port (RFC 9110 section 7.2). */
    private static final Pattern HOST =
            Pattern.compile("(?:\\[[0-9a-fA-F:.]{2,45}]|[A-Za-z0-9._-]{1,255})(?::\\d{1,5})?");

    /** RFC 9110 section 5.1; a space before the colon is part of it to some and not to others. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?#@]+)(.*)");
    /** RFC 3986 section 3.3, without what would mean another resource to someone: empty segments, dots, parameters. */
    private static final Pattern PATH =
            Pattern.compile("(?:/(?!(?:\\.|%2[eE]){1,2}(?:/|$))(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9a-fA-F]{2})+)*+/?");

    private static final Pattern QUERY = Pattern.compile("(?:[^%#\\s]|%[0-9a-fA-F]{2})*+");

    private RequestHead() {}

    /** Null for nothing. Writes a target with a host in it (RFC 9112 section 3.2.2) as one without. */
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
            return Refusal.bad("HTTP/1.1 is spoken here, or HTTP/2 by TLS")
                    .problem()
                    .withStatus(505);
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

    /** Whether somebody in front of us might see another end of this request's body. */
    private static boolean framing(HttpRequest request) {
        var codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return !codings.isEmpty()
                && (codings.size() > 1
                        || !codings.getFirst().strip().equalsIgnoreCase("chunked")
                        || request.protocolVersion().equals(HttpVersion.HTTP_1_0)
                        || request.headers().contains(HttpHeaderNames.CONTENT_LENGTH));
    }

    /** Whether a path and query mean the same to all who look at them: null, or not. */
    static @Nullable Problem target(@Nullable String uri) {
        if (uri == null || !uri.startsWith("/")) {
            return bad("path: begins with a slash");
        }
        var end = uri.indexOf('?');
        if (!PATH.matcher(end < 0 ? uri : uri.substring(0, end)).matches()) {
            return bad("path: has an empty segment, one of dots, a semicolon that is not %3B, or what is no URI");
        }
        return end < 0 || QUERY.matcher(uri.substring(end)).matches() ? null : bad("query: is not well-formed");
    }

    private static Problem bad(String why) {
        return Refusal.bad(why).problem();
    }

    private static Problem tooLarge(String why, int status) {
        return new Refusal(ErrorCode.TOO_LARGE, why).problem().withStatus(status);
    }
}
