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

/** What is done to a user everywhere, rather than in one room. */
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
     * Revokes all tokens that a user has by now, and ends their connections: an admin anybody's, everybody their own. What
     * one does to oneself is not in the audit trail.
     *
     * <p>This and the others fail with {@code forbidden} for who is no admin, {@code unavailable}; this one with {@code
     * rate_limited} when too many revoke their own from one address.
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
     * Ends a user's connections and keeps him out.
     *
     * @param until milliseconds since 1970, or {@link Members#FOREVER}
     */
    public Uni<Void> ban(Actor by, String user, long until, String reason) {
        if (user.equals(by.user().id())) {
            return Uni.createFrom().failure(Refusal.bad("user: is yourself"));
        }
        var shown = until == Members.FOREVER ? null : Long.valueOf(until);
        return checked(by, user)
                .invoke(() -> Members.checkReason(reason))
                .chain(key -> revocations.ban(key, until))
                .chain(() -> audit.ofUser(by, "user_banned", user, shown, reason.isEmpty() ? null : reason));
    }

    /** A ban has its end. */
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
                : Uni.createFrom().failure(new Refusal(ErrorCode.FORBIDDEN, "only an admin may"));
    }
}
