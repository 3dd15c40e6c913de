package dev.bincang.rest;

import dev.bincang.auth.Authenticator;
import dev.bincang.auth.Tickets;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.User;
import dev.bincang.transport.http.ApiEntry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jspecify.annotations.Nullable;

/** Makes guests' tokens, and tickets for clients that cannot set a header. */
@Path("/api")
@Singleton
public class EntryResource {

    /** The request for a new guest. */
    public record Guest(@Nullable String name) {}

    /**
     * A new guest.
     *
     * @param token identifies the same guest on the socket and over HTTP
     * @param expiresAt milliseconds since 1970
     */
    public record Entered(User user, @Nullable String token, long expiresAt) {}

    /** A ticket for {@code ?ticket=…} of one GET. */
    public record Ticket(String ticket, long expiresInMs) {}

    private final Authenticator authenticator;
    private final Tickets tickets;
    private final ApiEntry apiEntry;

    EntryResource(Authenticator authenticator, Tickets tickets, ApiEntry apiEntry) {
        this.authenticator = authenticator;
        this.tickets = tickets;
        this.apiEntry = apiEntry;
    }

    @POST
    @Path("/guests")
    public Uni<Entered> guest(@Nullable Guest guest) {
        if (guest == null || guest.name == null) {
            throw Refusal.bad("name: missing");
        }
        return authenticator
                .authenticate(null, guest.name, apiEntry.address())
                .map(identity -> new Entered(identity.user(), identity.token(), identity.expiresAt()));
    }

    @POST
    @Path("/tickets")
    public Uni<Ticket> ticket() {
        return tickets.issue(apiEntry.identity()).map(ticket -> new Ticket(ticket, Tickets.LIFETIME.toMillis()));
    }
}
