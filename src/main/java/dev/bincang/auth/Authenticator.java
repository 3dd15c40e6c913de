package dev.bincang.auth;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Text;
import dev.bincang.protocol.User;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** The one door: every transport asks here who is there. */
@Singleton
public class Authenticator {

    static final int NAME_LENGTH = 64;

    /**
     * Who is there.
     *
     * @param token for a guest: what makes him the same guest the next time; null for others
     * @param expiresAt when what he brought ends, in milliseconds since 1970
     * @param admin whether he may do everything everywhere
     */
    public record Identity(User user, @Nullable String token, long expiresAt, boolean admin) {}

    private final boolean guests;
    private final GuestTokens tokens;
    private final ProviderTokens provider;

    Authenticator(BincangConfig config, GuestTokens tokens, ProviderTokens provider) {
        this.guests = config.auth().guests();
        this.tokens = tokens;
        this.provider = provider;
    }

    /** A server that nobody could enter does not start. */
    void started(@Observes StartupEvent event) {
        if (!guests && !provider.configured()) {
            throw new ConfigurationException("Nobody could come in. Set mp.jwt.verify.publickey.location to your "
                    + "identity provider's keys (JWKS), and mp.jwt.verify.issuer to its name; or let guests in with "
                    + "bincang.auth.guests=true");
        }
    }

    static Refusal invalid() {
        return new Refusal(ErrorCode.UNAUTHORIZED, "the token is not valid, or has expired");
    }

    /**
     * Who brings this token, or who is a new guest of this name. Fails with {@code unauthorized} for neither or a bad
     * token, {@code bad_request} for an impossible name, {@code unavailable} when what it is judged by cannot be read.
     * The answer comes on any thread.
     */
    public Uni<Identity> authenticate(@Nullable String token, @Nullable String guest) {
        if (token != null) {
            return Uni.createFrom().deferred(() -> judged(token));
        }
        if (guest == null || !guests) {
            return Uni.createFrom()
                    .failure(new Refusal(
                            ErrorCode.UNAUTHORIZED,
                            guests ? "a token or a guest's name is needed" : "a token is needed"));
        }
        var name = guest.strip();
        var wrong = name.isEmpty() ? "is empty" : Text.wrong(name, NAME_LENGTH, false);
        if (wrong != null) {
            return Uni.createFrom().failure(Refusal.bad("guest: the name " + wrong));
        }
        return tokens.issue(name);
    }

    private Uni<Identity> judged(String token) {
        if (!GuestTokens.issued(token)) {
            return provider.verify(token);
        }
        return guests ? tokens.verify(token) : Uni.createFrom().failure(invalid());
    }
}
