package dev.bincang.auth;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Text;
import dev.bincang.protocol.User;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** The one door: every transport asks here who is there. */
@Singleton
public class Authenticator {

    private static final int NAME_LENGTH = 64;

    /**
     * Who is there.
     *
     * @param token for a new guest: what makes him the same guest the next time; else the one he brought
     */
    public record Identity(User user, @Nullable String token) {}

    private final boolean guests;
    private final GuestTokens tokens;

    Authenticator(BincangConfig config, GuestTokens tokens) {
        this.guests = config.auth().guests();
        this.tokens = tokens;
    }

    /**
     * Who brings this token, or who is a new guest of this name. Fails with {@code unauthorized} for neither or a bad
     * token, {@code bad_request} for an impossible name, {@code unavailable} when the guests' secret cannot be read.
     */
    public Uni<Identity> authenticate(@Nullable String token, @Nullable String guest) {
        if (token != null) {
            return tokens.verify(token).map(user -> new Identity(user, token));
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
            return Uni.createFrom().failure(new Refusal(ErrorCode.BAD_REQUEST, "guest: the name " + wrong));
        }
        return tokens.issue(name);
    }
}
