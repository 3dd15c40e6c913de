package dev.bincang.people;

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

    Users(Revocations revocations, Audit audit) {
        this.revocations = revocations;
        this.audit = audit;
    }

    /**
     * Makes all tokens void that a user has by now, and ends his connections: an admin anybody's, everybody his own.
     *
     * <p>This and the others fail with {@code forbidden} for who is no admin, {@code unavailable}.
     */
    public Uni<Void> revoke(Actor by, String user) {
        var self = user.equals(by.user().id());
        return checked(by, user, self)
                .chain(revocations::revoke)
                .chain(() -> audit.ofUser(by, "revoked", user, null, null));
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
        return checked(by, user, false)
                .invoke(() -> Members.checkReason(reason))
                .chain(key -> revocations.ban(key, until))
                .chain(() -> audit.ofUser(by, "user_banned", user, shown, reason.isEmpty() ? null : reason));
    }

    /** A ban has its end. */
    public Uni<Void> unban(Actor by, String user) {
        return checked(by, user, false)
                .chain(revocations::unban)
                .chain(was -> was
                        ? audit.ofUser(by, "user_unbanned", user, null, null)
                        : Uni.createFrom().voidItem());
    }

    private static Uni<String> checked(Actor by, String user, boolean self) {
        return by.admin() || self
                ? Members.checked(user)
                : Uni.createFrom().failure(new Refusal(ErrorCode.FORBIDDEN, "only an admin may"));
    }
}
