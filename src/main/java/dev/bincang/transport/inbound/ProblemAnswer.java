package dev.bincang.transport.inbound;

import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Refusal.Problem;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Builds the answer to a refused request: the last answer of an HTTP/1 connection. */
final class ProblemAnswer {

    private ProblemAnswer() {}

    static FullHttpResponse of(Problem problem) {
        var bytes = Codec.encode(problem);
        var answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(problem.status()), Unpooled.wrappedBuffer(bytes));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(HttpHeaderNames.CONNECTION, "close");
        var seconds = problem.retryAfterSeconds();
        if (seconds != null) {
            answer.headers().set(HttpHeaderNames.RETRY_AFTER, seconds);
        }
        return answer;
    }
}
