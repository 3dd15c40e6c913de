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
 * The authenticated user of a connection, and the token's expiry. The client is told one minute before the token
 * expires. If it sends no fresh token in time, the connection is closed. Used on the connection's event loop only.
 *
 * <p>A timer is set only if the token expires before the next check. A guest's token that is valid for a month costs no
 * timer.
 */
final class Login {

    /** The session that the login belongs to. */
    interface Holder {

        /** Whether the client is gone. */
        boolean isClosed();

        /** Closes the connection: the user may not stay. */
        void expel(Refusal why);
    }

    private static final Duration NOTICE = Duration.ofSeconds(60);
    /** Extra time for a fresh token that is on its way. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Peer peer;
    private final Holder holder;
    private final Authenticator authenticator;
    private final Connections connections;
    private @Nullable Identity identity;
    private @Nullable Actor actor;
    /** The number of the current token. A timer that was set for another number does nothing. */
    private int tokens;

    private boolean timed;

    Login(Peer peer, Holder holder, Dispatcher dispatcher) {
        this.peer = peer;
        this.holder = holder;
        authenticator = dispatcher.authenticator;
        connections = dispatcher.connections;
    }

    /**
     * Registers the authenticated user, before the first {@link #look}. Fails as the authentication does, and with
     * {@code limit_reached} if the user has too many connections. The result arrives on the event loop.
     */
    Uni<Identity> enter(Uni<Identity> judged) {
        return judged.emitOn(peer::onLoop).invoke(entered -> {
            if (holder.isClosed()) {
                throw new Refusal(ErrorCode.UNAVAILABLE, "the connection is closed");
            }
            if (!connections.enter(entered.key(), this)) {
                throw new Refusal(ErrorCode.LIMIT_REACHED, "too many connections");
            }
            hold(entered);
            judge(); // a revocation since the check could not reach this login
            if (holder.isClosed()) {
                throw new Refusal(ErrorCode.UNAVAILABLE, "the connection is closed");
            }
        });
    }

    /**
     * Continues with a fresh token. The result is whether its roles differ from the old ones. Fails with
     * {@code forbidden} if the token belongs to another user; then nothing changes. The result arrives on the event
     * loop.
     */
    Uni<Boolean> renew(String token) {
        return authenticator
                .authenticate(token, null, peer.address())
                .emitOn(peer::onLoop)
                .map(fresh -> {
                    if (!fresh.user().id().equals(actor().user().id())) {
                        throw new Refusal(ErrorCode.FORBIDDEN, "token: belongs to another user");
                    }
                    var changed = actor().admin() != fresh.admin();
                    hold(fresh);
                    judge();
                    look();
                    return changed;
                });
    }

    Actor actor() {
        if (actor == null) {
            throw new IllegalStateException("not authenticated yet");
        }
        return actor;
    }

    /** Ends the login: the connection is gone. */
    void end() {
        tokens++;
        timed = true;
        if (identity != null) {
            connections.leave(identity.key(), this);
        }
    }

    /** Checks again whether the token was revoked. Any thread. */
    void recheck() {
        peer.onLoop(this::judge);
    }

    private void judge() {
        var refusal = identity == null ? null : authenticator.against(identity);
        if (refusal != null && !refusal.code().retry()) {
            holder.expel(refusal);
        }
    }

    private void hold(Identity brought) {
        identity = brought;
        actor = Actor.of(brought.user(), brought.admin());
        tokens++;
        timed = false;
    }

    /** Sets the timers if the token expires before the next call. Called every {@link Peer#pingInterval}. */
    void look() {
        if (identity == null || timed) {
            return;
        }
        var left = Duration.ofMillis(identity.expiresAt() - System.currentTimeMillis());
        if (left.compareTo(NOTICE.plus(peer.pingInterval())) < 0) {
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
