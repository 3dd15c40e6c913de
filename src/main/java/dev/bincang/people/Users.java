package dev.bincang.people;

import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.auth.Revocations;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.room.Actor;
import dev.bincang.room.Audit;
import dev.bincang.room.Members;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Revokes a user's tokens and bans users from the whole server. */
@Singleton
public class Users {

    private final Revocations revocations;
    private final Audit audit;
    private final RateLimits limits;

    Users(Revocations revocations, Audit audit, RateLimits limits) {
        this.revocations = revocations;
        this.audit = audit;
        this.limits = limits;
    }

    /**
     * Revokes every token issued so far to a user, and ends their connections. Admins may do this to anybody, users to
     * themselves. A user's action on themselves is not in the audit trail.
     *
     * <p>All methods here fail with {@code forbidden} if the actor is not an admin, and with {@code unavailable}. This
     * one also fails with {@code rate_limited} if too many users revoke their own tokens from one address.
     */
    public Uni<Void> revoke(Actor by, String user, String address) {
        if (user.equals(by.user().id())) {
            var tooMany = limits.take(What.REVOKE_OWN, address);
            return tooMany == null
                    ? revocations.revoke(by.key())
                    : Uni.createFrom().failure(tooMany);
        }
        return checked(by, user).chain(revocations::revoke).chain(() -> audit.ofUser(by, "revoked", user, null, null));
    }

    /**
     * Bans a user from the whole server and ends their connections.
     *
     * @param until milliseconds since 1970, or {@link Members#FOREVER}
     */
    public Uni<Void> ban(Actor by, String user, long until, String reason) {
        if (user.equals(by.user().id())) {
            return Uni.createFrom().failure(Refusal.bad("user: must not be yourself"));
        }
        var shown = until == Members.FOREVER ? null : Long.valueOf(until);
        return checked(by, user)
                .invoke(() -> Members.checkReason(reason))
                .chain(key -> revocations.ban(key, until))
                .chain(() -> audit.ofUser(by, "user_banned", user, shown, reason.isEmpty() ? null : reason));
    }

    /** Ends a ban. */
    public Uni<Void> unban(Actor by, String user) {
        return checked(by, user)
                .chain(revocations::unban)
                .chain(was -> was
                        ? audit.ofUser(by, "user_unbanned", user, null, null)
                        : Uni.createFrom().voidItem());
    }

    private static Uni<String> checked(Actor by, String user) {
        return by.admin()
                ? Members.checked(user)
                : Uni.createFrom().failure(new Refusal(ErrorCode.FORBIDDEN, "only an admin may do this"));
    }
}
