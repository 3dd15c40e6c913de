package dev.bincang.auth;

import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.auth.token.BadToken;
import dev.bincang.auth.token.BadToken.Fault;
import dev.bincang.auth.token.RefusedTokens;
import dev.bincang.auth.token.TokenChecks;
import dev.bincang.auth.token.UnverifiedToken;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Text;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one door: every transport asks here who is there. */
@Singleton
public class Authenticator {

    /**
     * Who is there.
     *
     * @param token for a guest: what makes him the same guest the next time; null for others
     * @param issuedAt when what he brought was issued, in milliseconds since 1970; 0 where it does not say
     * @param expiresAt when it ends, in milliseconds since 1970
     * @param admin whether he may do everything everywhere
     */
    public record Identity(User user, @Nullable String token, long issuedAt, long expiresAt, boolean admin) {

        /**
         * Whose token it is; fails with {@link BadToken} for one that has expired.
         *
         * @param issued in seconds since 1970
         * @param expires in seconds since 1970
         * @param longest no token is good for longer, since a revocation is forgotten then
         */
        static Identity of(
                User user, @Nullable String token, long issued, long expires, Duration longest, boolean admin) {
            var issuedAt = TimeUnit.SECONDS.toMillis(issued);
            var expiresAt = Math.min(TimeUnit.SECONDS.toMillis(expires), issuedAt + longest.toMillis());
            if (issuedAt + longest.toMillis() <= System.currentTimeMillis()) {
                throw new BadToken(Fault.EXPIRED);
            }
            return new Identity(user, token, issuedAt, expiresAt, admin);
        }

        /** The user as Redis and the log know him: escaped. */
        public String key() {
            return Keys.escape(user.id());
        }
    }

    private final boolean guests;
    private final GuestTokens tokens;
    private final ProviderTokens provider;
    private final Tickets tickets;
    private final Revocations revocations;
    private final RateLimits limits;
    private final TokenChecks checks;
    private final RefusedTokens refused;
    private final long tokenSize;
    private final Admins admins;

    Authenticator(
            BincangConfig config,
            GuestTokens tokens,
            ProviderTokens provider,
            Tickets tickets,
            Revocations revocations,
            RateLimits limits,
            TokenChecks checks,
            RefusedTokens refused,
            Admins admins) {
        this.guests = config.auth().guests();
        this.tokens = tokens;
        this.provider = provider;
        this.tickets = tickets;
        this.revocations = revocations;
        this.limits = limits;
        this.checks = checks;
        this.refused = refused;
        tokenSize = config.limits().tokenSize().asLongValue();
        this.admins = admins;
    }

    /** A server that nobody could enter does not start. */
    void started(@Observes StartupEvent event) {
        if (!guests && !provider.configured()) {
            throw new ConfigurationException("Nobody could come in. Set mp.jwt.verify.publickey.location to your "
                    + "identity provider's keys (JWKS), and mp.jwt.verify.issuer to its name; or let guests in with "
                    + "bincang.auth.guests=true");
        }
        provider.start();
    }

    private static Refusal invalid() {
        return new Refusal(ErrorCode.UNAUTHORIZED, "the token is not valid, or has expired");
    }

    /**
     * Who brings this token, or who is a new guest of this name. Fails with {@code unauthorized} for neither or a bad
     * token, {@code forbidden} for one that was revoked and who is banned, {@code bad_request} for an impossible name,
     * {@code rate_limited} where too many tokens from this address did not hold or too many guests came from it, {@code unavailable} when what it is judged
     * by cannot be read. The answer comes on any thread.
     *
     * @param address he comes from, as one is to be counted
     */
    public Uni<Identity> authenticate(@Nullable String token, @Nullable String guest, String address) {
        if (token != null) {
            return counted(address, () -> judged(token, address));
        }
        if (guest == null || !guests) {
            return Uni.createFrom()
                    .failure(new Refusal(
                            ErrorCode.UNAUTHORIZED,
                            guests ? "a token or a guest's name is needed" : "a token is needed"));
        }
        var name = guest.strip();
        var wrong = Text.wrongName(name);
        if (wrong != null) {
            return Uni.createFrom().failure(Refusal.bad("guest: the name " + wrong));
        }
        var tooMany = limits.take(What.GUEST, address);
        return tooMany == null ? tokens.issue(name) : Uni.createFrom().failure(tooMany);
    }

    /** Who has this ticket. Fails as {@link #authenticate}; a ticket serves once. */
    public Uni<Identity> redeem(String ticket, String address) {
        return counted(address, () -> tickets.redeem(ticket));
    }

    private Uni<Identity> counted(String address, Supplier<Uni<? extends Identity>> judge) {
        var tooMany = limits.look(What.BAD_TOKEN, address);
        if (tooMany != null) {
            return Uni.createFrom().failure(tooMany);
        }
        return Uni.createFrom()
                .deferred(judge)
                .invoke(this::notRevoked)
                .invoke(identity -> {
                    if (identity.admin()) {
                        admins.seen(identity.key(), identity.expiresAt());
                    }
                })
                .onFailure(BadToken.class)
                .transform(bad -> {
                    refused.count(bad.fault());
                    return invalid();
                })
                .onFailure(Authenticator::isBad)
                .invoke(() -> limits.take(What.BAD_TOKEN, address));
    }

    /** Whether it was the token that failed; what nobody expected counts as that. */
    private static boolean isBad(Throwable failure) {
        return !(failure instanceof Refusal refusal) || refusal.code() == ErrorCode.UNAUTHORIZED;
    }

    private void notRevoked(Identity identity) {
        var refusal = against(identity);
        if (refusal != null) {
            throw refusal;
        }
    }

    /** What speaks by now against one who was let in, or null. */
    public @Nullable Refusal against(Identity identity) {
        return revocations.against(identity.key(), identity.issuedAt());
    }

    private Uni<Identity> judged(String token, String address) {
        return checks.run(() -> UnverifiedToken.read(token, tokenSize)).chain(read -> {
            if (!GuestTokens.ISSUER.equals(read.issuer())) {
                return provider.verify(read, address);
            }
            return guests ? tokens.verify(read) : Uni.createFrom().failure(new BadToken(Fault.GUESTS_OFF));
        });
    }
}
