package dev.bincang.transport;

import dev.bincang.auth.Authenticator;
import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.protocol.CloseCode;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Refusal;
import dev.bincang.room.Actor;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whose a connection is, and until when: told a minute before the token ends, the client brings a fresh one, or is sent
 * away. Used on the connection's event loop only.
 *
 * <p>Timers are set only for what ends before the next look; a guest's token of a month costs none.
 */
final class Login {

    private static final Duration NOTICE = Duration.ofSeconds(60);
    /** For a fresh token that is on its way. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Peer peer;
    private final Session session;
    private final Authenticator authenticator;
    private final Connections connections;
    private final Duration lookInterval;
    private @Nullable Identity identity;
    private @Nullable Actor actor;
    /** Numbers the tokens: timers of an earlier one, or of a connection that is gone, mean nothing. */
    private int tokens;

    private boolean timed;

    /** {@link #look} is called every ping interval. */
    Login(Peer peer, Session session, Dispatcher desk) {
        this.peer = peer;
        this.session = session;
        authenticator = desk.authenticator;
        connections = desk.connections;
        lookInterval = desk.config.connection().pingInterval();
    }

    /**
     * The first time; fails as {@link Authenticator#authenticate} does, and with {@code limit_reached} where the user has
     * too many connections. The answer comes on the loop.
     */
    Uni<Identity> enter(@Nullable String token, @Nullable String guest) {
        return authenticator
                .authenticate(token, guest, peer.address())
                .emitOn(peer::onLoop)
                .invoke(entered -> {
                    if (session.isClosed()) {
                        throw new Refusal(ErrorCode.UNAVAILABLE, "gone");
                    }
                    if (!connections.enter(entered.key(), session)) {
                        throw new Refusal(ErrorCode.LIMIT_REACHED, "too many connections");
                    }
                    hold(entered);
                    recheck();
                });
    }

    /** Goes on with a fresh token; fails with {@code forbidden} where it is another user's, and nothing changes. */
    Uni<Void> renew(String token) {
        return authenticator
                .authenticate(token, null, peer.address())
                .emitOn(peer::onLoop)
                .invoke(fresh -> {
                    if (!fresh.user().id().equals(actor().user().id())) {
                        throw new Refusal(ErrorCode.FORBIDDEN, "token: is another user's");
                    }
                    var changed = actor().admin() != fresh.admin();
                    hold(fresh);
                    if (changed) {
                        session.rightsChanged();
                    }
                })
                .replaceWithVoid();
    }

    Actor actor() {
        if (actor == null) {
            throw new IllegalStateException("nobody has entered");
        }
        return actor;
    }

    /** The connection is gone. */
    void end() {
        tokens++;
        timed = true;
        if (identity != null) {
            connections.leave(identity.key(), session);
        }
    }

    /** Something may be held against him by now. */
    void recheck() {
        var refusal = identity == null ? null : authenticator.against(identity);
        if (refusal != null && !refusal.code().retry()) {
            session.expel(refusal);
        }
    }

    private void hold(Identity brought) {
        identity = brought;
        actor = Actor.of(brought.user(), brought.admin());
        tokens++;
        timed = false;
        look();
    }

    /** Every now and then: sets the timers if the token ends before the next look. */
    void look() {
        if (identity == null || timed) {
            return;
        }
        var left = Duration.ofMillis(identity.expiresAt() - System.currentTimeMillis());
        if (left.compareTo(NOTICE.plus(lookInterval)) < 0) {
            timed = true;
            at(left.minus(NOTICE), () -> {
                var inMs = Math.min(left.toMillis(), NOTICE.toMillis());
                peer.reply(Codec.encode(new Frame.TokenExpiring(Math.max(0, inMs))));
            });
            at(left.plus(GRACE), () -> peer.close(CloseCode.TOKEN_EXPIRED));
        }
    }

    private void at(Duration delay, Runnable task) {
        var token = tokens;
        peer.after(delay.isNegative() ? Duration.ZERO : delay, () -> {
            if (token == tokens) {
                task.run();
            }
        });
    }
}
