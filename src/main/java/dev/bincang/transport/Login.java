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
    private final Authenticator authenticator;
    private final Duration lookInterval;
    private @Nullable Actor actor;
    private long expiresAt;
    /** Numbers the tokens: timers of an earlier one, or of a connection that is gone, mean nothing. */
    private int tokens;

    private boolean timed;

    /** @param lookInterval how often {@link #look} is called */
    Login(Peer peer, Authenticator authenticator, Duration lookInterval) {
        this.peer = peer;
        this.authenticator = authenticator;
        this.lookInterval = lookInterval;
    }

    /** The first time; fails as {@link Authenticator#authenticate} does. The answer comes on the loop. */
    Uni<Identity> enter(@Nullable String token, @Nullable String guest) {
        return authenticator.authenticate(token, guest).emitOn(peer::onLoop).invoke(this::hold);
    }

    /** Goes on with a fresh token; fails with {@code forbidden} where it is another user's, and nothing changes. */
    Uni<Void> renew(String token) {
        return authenticator
                .authenticate(token, null)
                .emitOn(peer::onLoop)
                .invoke(fresh -> {
                    if (!fresh.user().id().equals(actor().user().id())) {
                        throw new Refusal(ErrorCode.FORBIDDEN, "token: is another user's");
                    }
                    hold(fresh);
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
    }

    private void hold(Identity brought) {
        actor = Actor.of(brought.user(), brought.admin());
        expiresAt = brought.expiresAt();
        tokens++;
        timed = false;
        look();
    }

    /** Every now and then: sets the timers if the token ends before the next look. */
    void look() {
        if (actor == null || timed) {
            return;
        }
        var left = Duration.ofMillis(expiresAt - System.currentTimeMillis());
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
