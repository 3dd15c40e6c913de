package dev.bincang.transport.inbound;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Refusal.Problem;
import dev.bincang.transport.load.Outcomes;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a request that is malformed, too large or too slow, with a problem document. It does so before Vert.x sees
 * the request: Vert.x would answer some of these without a body, log some as errors and wait for the rest. The guard
 * removes itself when the connection becomes a WebSocket.
 *
 * <pre>
 *   free ──first byte──▶ arriving ──last byte──▶ answering ──last byte written──▶ free
 *                           └───too late, too large, malformed───▶ refused ──▶ closed
 * </pre>
 *
 * <p>An answer may end before its request does. Then the rest of the request is read and dropped.
 *
 * <p>Also counts the bytes of complete answers that the client has not read. If the pod holds too many, it closes the
 * connection that has the newest of them. An answer without end is not counted: its writer has an own bound.
 */
final class RequestGuard extends ChannelDuplexHandler {

    /** The request's {@code Host}. Quarkus replaces it by the host that a proxy reports, sometimes without the port. */
    static final AttributeKey<String> HOST = AttributeKey.valueOf("bincang.host");

    private final RequestLimits limits;
    private final Outcomes outcomes;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Future<?> deadline;
    private @Nullable Runnable held;
    private boolean arriving;
    private boolean answering;
    /** Whether an answer to the arriving request has begun, or even ended. */
    private boolean answered;

    private boolean refused;
    private long maxBody;
    private long body;
    private long declared;
    private long unread;

    RequestGuard(RequestLimits limits, Outcomes outcomes) {
        this.limits = limits;
        this.outcomes = outcomes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    /** Sets the maximum size of the arriving request's body, in bytes. */
    void limitBody(long bytes) {
        maxBody = bytes;
        checkSize();
        if (declared > bytes && !refused) {
            refuse(tooLarge());
        }
    }

    // ---- for the decoder

    boolean refused() {
        return refused;
    }

    /** Whether the next request may begin. */
    boolean free() {
        return !answering && context().channel().isWritable();
    }

    /** Stops reading until the connection is free, and then runs {@code goOn}. */
    void hold(Runnable goOn) {
        held = goOn;
        context().channel().config().setAutoRead(false);
    }

    /** Called at the first byte of a request. */
    void begin() {
        arriving = true;
        answered = false;
    }

    private ChannelHandlerContext context() {
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return ctx;
    }

    // ---- the request

    @Override
    public void channelRead(ChannelHandlerContext at, Object msg) {
        if (!refused && msg instanceof HttpRequest request) {
            head(request);
        }
        if (!refused && msg instanceof HttpContent content) {
            take(content);
        }
        if (refused) {
            ReferenceCountUtil.release(msg);
        } else {
            at.fireChannelRead(msg);
        }
    }

    private void head(HttpRequest request) {
        answering = true;
        answered = false;
        body = 0;
        var wrong = RequestHead.wrong(request);
        context().channel().attr(HOST).set(request.headers().get(HttpHeaderNames.HOST));
        if (wrong != null) {
            refuse(wrong);
            return;
        }
        declared = HttpUtil.getContentLength(request, 0L);
        limitBody(limits.maxBody());
    }

    private void take(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            refuse(Refusal.bad("body: is not well-formed").problem());
            return;
        }
        var bytes = content.content().readableBytes();
        if (answering && bytes > 0) {
            if (!limits.hold(bytes)) {
                refuse(new Refusal(ErrorCode.UNAVAILABLE, "this pod holds too many request bodies", 1_000L).problem());
                return;
            }
            body += bytes;
            checkSize();
        }
        if (content instanceof LastHttpContent) {
            arriving = false;
            stopClock();
        }
    }

    private void checkSize() {
        if (body > maxBody && !refused) {
            refuse(tooLarge());
        }
    }

    private Problem tooLarge() {
        return new Refusal(ErrorCode.TOO_LARGE, "body: has at most " + maxBody + " bytes here").problem();
    }

    /** Starts the timer if the request has not arrived completely. A request that arrives in one piece has no timer. */
    @Override
    public void channelReadComplete(ChannelHandlerContext at) {
        if (arriving && deadline == null && !refused) {
            deadline = at.executor()
                    .schedule(
                            () -> refuse(Refusal.bad("the request did not arrive within "
                                            + limits.time().toSeconds() + " s")
                                    .problem()
                                    .withStatus(408)),
                            limits.time().toMillis(),
                            TimeUnit.MILLISECONDS);
        }
        at.fireChannelReadComplete();
    }

    private void stopClock() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    // ---- the answer

    @Override
    public void write(ChannelHandlerContext at, Object msg, ChannelPromise promise) {
        if (refused) { // no other answer may follow
            ReferenceCountUtil.release(msg);
            promise.trySuccess();
            return;
        }
        if (msg instanceof HttpResponse response) {
            if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                at.write(msg, promise);
                if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                    leave(at);
                }
                return;
            }
            answered = true;
        }
        if (!(msg instanceof LastHttpContent)) {
            at.write(msg, promise);
            return;
        }
        at.write(msg, promise.unvoid().addListener(_ -> countUnread(at)));
        answering = false;
        dropBody();
        goOn();
    }

    @Override
    public void flush(ChannelHandlerContext at) {
        at.flush();
        countUnread(at);
    }

    private void countUnread(ChannelHandlerContext at) {
        var waiting = at.channel().unsafe().outboundBuffer(); // null if the channel is closed
        var now = answering || waiting == null || at.isRemoved() ? 0 : waiting.totalPendingWriteBytes();
        var added = now - unread;
        unread = now;
        if (added != 0 && !limits.unread(added)) {
            at.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext at) {
        countUnread(at);
        goOn();
        at.fireChannelWritabilityChanged();
    }

    /** Goes on in a later task, because Vert.x has not finished the answer that it is writing. */
    private void goOn() {
        if (held != null) {
            context().executor().execute(() -> {
                var next = held;
                if (next != null && free() && !refused) {
                    held = null;
                    context().channel().config().setAutoRead(true);
                    next.run();
                }
            });
        }
    }

    private void dropBody() {
        limits.drop(body);
        body = 0;
    }

    // ---- the end of the connection

    private void refuse(Problem problem) {
        var at = context();
        stopClock();
        refused = true;
        dropBody();
        if (answered || !at.channel().isActive()) { // a second answer would be taken for the next request's
            at.close();
            return;
        }
        outcomes.answered(problem.status());
        ProblemAnswer.sendLast(at, problem);
    }

    private void leave(ChannelHandlerContext at) {
        stopClock();
        dropBody();
        if (held != null) {
            held = null;
            at.channel().config().setAutoRead(true);
        }
        at.pipeline().remove(this);
        countUnread(at);
    }

    @Override
    public void channelInactive(ChannelHandlerContext at) {
        stopClock();
        dropBody();
        countUnread(at);
        at.fireChannelInactive();
    }
}
