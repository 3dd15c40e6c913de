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

    /** What a login is for. */
    interface Holder {

        /** Whether its client is gone. */
        boolean isClosed();

        /** He may not stay. */
        void expel(Refusal why);
    }

    private static final Duration NOTICE = Duration.ofSeconds(60);
    /** For a fresh token that is on its way. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Peer peer;
    private final Holder holder;
    private final Authenticator authenticator;
    private final Connections connections;
    private @Nullable Identity identity;
    private @Nullable Actor actor;
    /** Numbers the tokens: timers of an earlier one, or of a connection that is gone, mean nothing. */
    private int tokens;

    private boolean timed;

    Login(Peer peer, Holder holder, Dispatcher dispatcher) {
        this.peer = peer;
        this.holder = holder;
        authenticator = dispatcher.authenticator;
        connections = dispatcher.connections;
    }

    /**
     * The first time, before {@link #look}; fails as the judging does, and with {@code limit_reached} where the user has too many connections.
     * The answer comes on the loop.
     */
    Uni<Identity> enter(Uni<Identity> judged) {
        return judged.emitOn(peer::onLoop).invoke(entered -> {
            if (holder.isClosed()) {
                throw new Refusal(ErrorCode.UNAVAILABLE, "gone");
            }
            if (!connections.enter(entered.key(), this)) {
                throw new Refusal(ErrorCode.LIMIT_REACHED, "too many connections");
            }
            hold(entered);
            judge(); // what came between the judging and here was told to nobody
            if (holder.isClosed()) {
                throw new Refusal(ErrorCode.UNAVAILABLE, "gone");
            }
        });
    }

    /**
     * Goes on with a fresh token, and says whether its roles are others; fails with {@code forbidden} where it is another
     * user's, and nothing changes. The answer comes on the loop.
     */
    Uni<Boolean> renew(String token) {
        return authenticator
                .authenticate(token, null, peer.address())
                .emitOn(peer::onLoop)
                .map(fresh -> {
                    if (!fresh.user().id().equals(actor().user().id())) {
                        throw new Refusal(ErrorCode.FORBIDDEN, "token: is another user's");
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
            throw new IllegalStateException("nobody has entered");
        }
        return actor;
    }

    /** The connection is gone. */
    void end() {
        tokens++;
        timed = true;
        if (identity != null) {
            connections.leave(identity.key(), this);
        }
    }

    /** Something may be held against him by now. Any thread. */
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

    /** Every {@link Peer#pingInterval}: sets the timers if the token ends before the next look. */
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
