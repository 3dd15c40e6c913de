package dev.bincang.transport.inbound;

import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Refusal.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Answers a refused request with its problem document. */
public final class ProblemAnswer {

    /**
     * The form of the header {@code Date}: IMF-fixdate (RFC 9110 section 5.6.7). Java's own formatter writes the first
     * nine days of a month with one digit.
     */
    public static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /**
     * How long a refused connection stays open, in milliseconds. A client that still writes would not see the answer if
     * the connection were closed at once.
     */
    private static final long LINGER_MS = 2_000;

    private ProblemAnswer() {}

    /** The headers of every problem document. */
    public static Map<String, String> headers(Problem problem) {
        var headers = new HashMap<>(Map.of("Content-Type", Problem.MEDIA_TYPE, "Cache-Control", "no-store"));
        var seconds = problem.retryAfterSeconds();
        if (seconds != null) {
            headers.put("Retry-After", Long.toString(seconds));
        }
        return headers;
    }

    /** Answers a request that Vert.x has passed to a route. */
    public static void send(HttpServerResponse response, Problem problem) {
        headers(problem).forEach(response::putHeader);
        response.setStatusCode(problem.status()).end(Buffer.buffer(Codec.encode(problem)));
    }

    /** Answers a request that Vert.x does not see, and ends the connection. */
    static void sendLast(ChannelHandlerContext at, Problem problem) {
        var bytes = Codec.encode(problem);
        var answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(problem.status()), Unpooled.wrappedBuffer(bytes));
        headers(problem).forEach(answer.headers()::set);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
                .set(HttpHeaderNames.DATE, DATE.format(Instant.now()))
                .set(HttpHeaderNames.CONNECTION, "close");
        at.writeAndFlush(answer).addListener((ChannelFutureListener) _ -> linger(at));
    }

    private static void linger(ChannelHandlerContext at) {
        if (at.channel() instanceof DuplexChannel plain && at.pipeline().get(SslHandler.class) == null) {
            plain.config().setAutoRead(true);
            plain.shutdownOutput();
            var _ = at.executor().schedule(() -> at.close(), LINGER_MS, TimeUnit.MILLISECONDS);
        } else {
            at.close();
        }
    }
}
