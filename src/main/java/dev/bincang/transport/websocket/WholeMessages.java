package dev.bincang.transport.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets only whole messages pass from Netty's WebSocket decoder to Vert.x. A client that breaks RFC 6455 gets a close
 * frame with the matching status (1002, 1007 or 1009), and then the connection ends. Vert.x alone gathers fragments
 * wrongly, reads bytes that are not UTF-8 as U+FFFD, and silently drops a message that is too large.
 *
 * <p>Counts the bytes of an unfinished frame or message. {@link MessageLimits} bounds them for a connection, where the
 * limit is lower before {@code hello}, and for the pod. Used on the channel's loop only.
 */
final class WholeMessages extends WebSocketFrameAggregator {

    /** The name of the handler that counts the bytes before the decoder. It only reads. */
    static final String BYTES = "bincang-bytes";

    /** The name that Vert.x gives its own handler. */
    private static final String VERTX = "handler";

    private static final AttributeKey<WholeMessages> KEY = AttributeKey.valueOf("bincang.messages");
    /** How long the client may take to close the connection after our close frame. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    /** The number of fragments after which they are copied together, so that tiny fragments do not cost much memory. */
    private static final int FRAGMENTS = 16;

    private final MessageLimits limits;
    private @Nullable SocketPeer peer;
    /** Bytes of the unfinished message, in its complete frames. */
    private long message;
    /** Bytes read and not yet decoded: after all were decoded, those of the unfinished frame. */
    private long frame;
    /** The bytes that {@link #limits} knows of. */
    private long held;
    /** When the first unfinished byte came, in the time of the loop; 0 while nothing is unfinished. */
    private long begun;

    private boolean ended;
    /** Whether more bytes are dropped before the decoder, which would keep them until the frame is complete. */
    private boolean deaf;

    private WholeMessages(MessageLimits limits) {
        super(limits.most());
        this.limits = limits;
        setMaxCumulationBufferComponents(FRAGMENTS);
    }

    /** Installs the handlers before the upgrade, so that no frame can arrive earlier. */
    static void install(Channel channel, MessageLimits limits) {
        if (!channel.hasAttr(KEY)) {
            var messages = new WholeMessages(limits);
            channel.attr(KEY).set(messages);
            var decoder = channel.pipeline().context("httpDecoder");
            if (decoder == null || channel.pipeline().context(VERTX) == null) {
                throw new IllegalStateException("Vert.x' HTTP handlers have other names in this version");
            }
            channel.pipeline()
                    .addBefore("httpDecoder", BYTES, messages.new Bytes())
                    .addBefore(VERTX, "bincang-utf8", new Utf8FrameValidator(false))
                    .addBefore(VERTX, "bincang-messages", messages);
        }
    }

    /** The instance of a channel that was upgraded. */
    static WholeMessages of(Channel channel) {
        return channel.attr(KEY).get();
    }

    /** Sets the peer that is told from now on. */
    void tell(SocketPeer to) {
        peer = to;
        frame = 0; // these were bytes of the request so far
        begun = 0;
        if (ended) {
            to.broken();
        }
    }

    /** For how long a frame or message has been unfinished, in nanoseconds; -1 if nothing is unfinished. */
    long unfinishedNanos(long now) {
        return begun == 0 ? -1 : now - begun;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        if (msg instanceof WebSocketFrame received) {
            frame = Math.max(0, frame - size(received));
            if (ended) {
                drop(ctx, received);
                return;
            }
            if (received instanceof CloseWebSocketFrame close && !isText(close.content())) {
                received.release();
                end(ctx, WebSocketCloseStatus.INVALID_PAYLOAD_DATA);
                return;
            }
            if (received instanceof TextWebSocketFrame
                    || received instanceof BinaryWebSocketFrame
                    || received instanceof ContinuationWebSocketFrame) {
                message += received.content().readableBytes();
                if (message > limits.most(greeted())) { // the bytes behind this frame may be whole frames
                    received.release();
                    end(ctx, WebSocketCloseStatus.MESSAGE_TOO_BIG);
                    return;
                }
                if (received.isFinalFragment()) {
                    message = 0;
                    begun = 0;
                } else {
                    begin();
                }
            } else if (message == 0) {
                begun = 0;
            }
        }
        super.channelRead(ctx, msg);
    }

    /** The bytes that the frame of a client had on the wire (RFC 6455 section 5.2). */
    private static int size(WebSocketFrame frame) {
        var payload = frame.content().readableBytes();
        var longLength = payload < 126 ? 0 : payload < 1 << 16 ? Short.BYTES : Long.BYTES;
        return 2 + longLength + Integer.BYTES + payload; // the integer is the mask
    }

    /** Whether the reason in a close frame is UTF-8. Netty does not notice a reason that ends within a character. */
    private static boolean isText(ByteBuf close) {
        try {
            if (close.readableBytes() > Short.BYTES) {
                var reason = close.slice(close.readerIndex() + Short.BYTES, close.readableBytes() - Short.BYTES);
                UTF_8.newDecoder().decode(reason.nioBuffer());
            }
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }

    private static void drop(ChannelHandlerContext ctx, WebSocketFrame received) {
        received.release();
        if (received instanceof CloseWebSocketFrame) {
            ctx.close();
        }
    }

    private boolean greeted() {
        return peer != null && peer.greeted();
    }

    /** Tells the pod what is unfinished here. Returns false if that is too much for it. */
    private boolean hold(long unfinished) {
        if (unfinished != held && !limits.hold(unfinished - held, greeted())) {
            return false;
        }
        held = unfinished;
        return true;
    }

    private void begin() {
        if (begun == 0 && !ended && peer != null) {
            begun = peer.waitsForTheRest();
        }
    }

    /** Checks what is still unfinished after all received bytes were decoded. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (!ended && frame > 0 && message + frame > limits.most(greeted())) {
            end(ctx, WebSocketCloseStatus.MESSAGE_TOO_BIG);
        }
        if (!hold(message + frame)) {
            deaf = true;
            if (!ended) {
                end(ctx, limits.overloaded());
            }
        } else if (frame > 0) {
            begin();
        } else if (message == 0) {
            begun = 0;
        }
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        hold(0);
        super.channelInactive(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        if (peer != null) {
            peer.writabilityChanged();
        }
        super.channelWritabilityChanged(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (cause instanceof CorruptedWebSocketFrameException broken) {
            end(ctx, broken.closeStatus());
        } else {
            super.exceptionCaught(ctx, cause);
        }
    }

    /**
     * Sends a close frame with this status, and writes nothing after it. Reads and drops the client's data for a while:
     * if the connection were closed with unread bytes, the client might not get the close frame.
     */
    private void end(ChannelHandlerContext ctx, WebSocketCloseStatus status) {
        if (ended) {
            return;
        }
        ended = true;
        ctx.executor()
                .execute(
                        () -> { // after the earlier messages, which are still on their way through Vert.x
                            if (peer != null) {
                                peer.broken();
                            }
                            ctx.writeAndFlush(new CloseWebSocketFrame(status)).addListener(_ -> {
                                if (ctx.channel() instanceof DuplexChannel duplex) {
                                    duplex.shutdownOutput();
                                }
                            });
                            ctx.channel().config().setAutoRead(true);
                        });
        var _ = ctx.executor().schedule(() -> ctx.close(), CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Counts the bytes before the decoder. */
    private final class Bytes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (deaf) {
                ReferenceCountUtil.release(msg);
                return;
            }
            if (msg instanceof ByteBuf bytes) {
                frame += bytes.readableBytes();
            }
            ctx.fireChannelRead(msg);
        }
    }
}
