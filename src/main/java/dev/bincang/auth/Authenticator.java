package dev.bincang.auth;

import dev.bincang.BincangConfig;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.auth.token.BadToken;
import dev.bincang.auth.token.BadToken.Fault;
import dev.bincang.auth.token.RefusedTokens;
import dev.bincang.auth.token.TokenChecks;
import dev.bincang.auth.token.UnverifiedToken;
import dev.bincang.people.profile.Profiles;
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

/** Authenticates clients. Every transport asks here who a client is. */
@Singleton
public class Authenticator {

    /**
     * An authenticated user.
     *
     * @param token only for a guest: the token that identifies the same guest the next time; null for others
     * @param issuedAt when the token was issued, in milliseconds since 1970; 0 if the token does not say
     * @param expiresAt when the token expires, in milliseconds since 1970
     * @param admin whether the user may do everything everywhere
     * @param picture the URL of their picture; null if their token has none, and for the owner of a ticket
     */
    public record Identity(
            User user,
            @Nullable String token,
            long issuedAt,
            long expiresAt,
            boolean admin,
            @Nullable String picture) {

        public Identity(User user, @Nullable String token, long issuedAt, long expiresAt, boolean admin) {
            this(user, token, issuedAt, expiresAt, admin, null);
        }

        Identity withPicture(@Nullable String url) {
            return new Identity(user, token, issuedAt, expiresAt, admin, url);
        }

        /**
         * The owner of a token. Fails with {@link BadToken} if the token has expired.
         *
         * @param issued in seconds since 1970
         * @param expires in seconds since 1970
         * @param longest the longest lifetime of a token; a revocation is forgotten after that time
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

        /** The user's id as Redis and the log store it: escaped. */
        public String key() {
            return Keys.escape(user.id());
        }
    }

    private static final String BEARER = "Bearer ";

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
    private final Profiles profiles;

    Authenticator(
            BincangConfig config,
            GuestTokens tokens,
            ProviderTokens provider,
            Tickets tickets,
            Revocations revocations,
            RateLimits limits,
            TokenChecks checks,
            RefusedTokens refused,
            Admins admins,
            Profiles profiles) {
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
        this.profiles = profiles;
    }

    /** Stops the start if nobody could log in. */
    void started(@Observes StartupEvent event) {
        if (!guests && !provider.configured()) {
            throw new ConfigurationException("Nobody could connect. Set mp.jwt.verify.publickey.location to your "
                    + "identity provider's keys (JWKS), and mp.jwt.verify.issuer to its name; or let guests in with "
                    + "bincang.auth.guests=true");
        }
        provider.start();
    }

    private static Refusal invalid() {
        return new Refusal(ErrorCode.UNAUTHORIZED, "the token is not valid, or has expired");
    }

    /**
     * Authenticates the owner of a token, or a new guest of this name. The answer comes on any thread. Fails with:
     *
     * <ul>
     *   <li>{@code unauthorized}: there is neither a token nor a guest's name, or the token is not valid
     *   <li>{@code forbidden}: the token was revoked or the user is banned
     *   <li>{@code bad_request}: the name is not possible
     *   <li>{@code rate_limited}: too many invalid tokens or new guests from this address
     *   <li>{@code unavailable}: the data for the decision cannot be read
     * </ul>
     *
     * @param address the client's address, in the form that is counted
     */
    public Uni<Identity> authenticate(@Nullable String token, @Nullable String guest, String address) {
        if (token != null) {
            return counted(address, () -> judged(token, address)).invoke(this::seen);
        }
        if (guest == null || !guests) {
            return Uni.createFrom()
                    .failure(new Refusal(
                            ErrorCode.UNAUTHORIZED,
                            guests ? "a token or a guest's name is required" : "a token is required"));
        }
        var name = guest.strip();
        var wrong = Text.wrongName(name);
        if (wrong != null) {
            return Uni.createFrom().failure(Refusal.bad("guest: the name " + wrong));
        }
        var tooMany = limits.take(What.GUEST, address);
        return tooMany == null
                ? tokens.issue(name).invoke(this::seen)
                : Uni.createFrom().failure(tooMany);
    }

    private void seen(Identity identity) {
        profiles.seen(identity.user(), identity.picture());
    }

    /** The token in the value of {@code Authorization} (RFC 6750), or null. The scheme may have any case (RFC 9110). */
    public static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : null;
    }

    /** Authenticates the owner of a ticket. Fails as {@link #authenticate}. A ticket works once. */
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

    /** Whether the failure counts as an invalid token. An unexpected failure counts too. */
    private static boolean isBad(Throwable failure) {
        return !(failure instanceof Refusal refusal) || refusal.code() == ErrorCode.UNAUTHORIZED;
    }

    private void notRevoked(Identity identity) {
        var refusal = against(identity);
        if (refusal != null) {
            throw refusal;
        }
    }

    /** The refusal that now applies to a user who was admitted earlier; null if there is none. */
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
