package dev.bincang.auth;

import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.auth.token.BadToken;
import dev.bincang.auth.token.BadToken.Fault;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;

/**
 * Issues and redeems tickets. A ticket replaces a token where a client cannot set a header: in the URL of an
 * EventSource. It works once, on any pod, within {@link #LIFETIME}. So a ticket in an access log is worthless.
 */
@Singleton
public class Tickets {

    public static final Duration LIFETIME = Duration.ofSeconds(30);

    private static final String FORM = "[A-Za-z0-9_-]{24}";

    private final SecureRandom random = new SecureRandom();
    private final RedisCommands link;
    private final Keys keys;

    Tickets(RedisCommands link, Keys keys) {
        this.keys = keys;
        this.link = link;
    }

    /** Issues a ticket for a user. Fails with {@code unavailable}. */
    public Uni<String> issue(Identity identity) {
        var bytes = new byte[18];
        random.nextBytes(bytes);
        var ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var value = String.join(
                " ",
                Long.toString(identity.issuedAt()),
                Long.toString(identity.expiresAt()),
                identity.admin() ? "1" : "0",
                identity.key(),
                identity.user().name());
        return link.call("SET", keys.ticket(ticket), value, "PX", LIFETIME.toMillis())
                .replaceWith(ticket);
    }

    /** The owner of a ticket. Fails with {@link BadToken} if the ticket was never issued, has expired or was used. */
    Uni<Identity> redeem(String ticket) {
        if (!ticket.matches(FORM)) {
            return Uni.createFrom().failure(new BadToken(Fault.TICKET));
        }
        return link.call("GETDEL", keys.ticket(ticket)).map(reply -> {
            if (reply.isNil()) {
                throw new BadToken(Fault.TICKET);
            }
            var parts = reply.text().split(" ", 5);
            var user = new User(Keys.unescape(parts[3]), parts[4]);
            return new Identity(user, null, Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2].equals("1"));
        });
    }
}
