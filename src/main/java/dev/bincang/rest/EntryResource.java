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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Ways in: a guest's token, and a ticket for who can set no header. */
@Path("/api")
@Singleton
@Tag(name = "entry")
public class EntryResource {

    /** A guest to be. */
    public record Guest(@Nullable String name) {}

    /**
     * A guest.
     *
     * @param token makes him the same guest on the socket and by HTTP
     * @param expiresAt milliseconds since 1970
     */
    public record Entered(User user, @Nullable String token, long expiresAt) {}

    /** For {@code ?ticket=…} of one GET. */
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
    @Operation(summary = "a guest's token, where guests are let in; needs no token itself")
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
    @Operation(summary = "a ticket that stands for the token in one GET, within 30 seconds")
    public Uni<Ticket> ticket() {
        return tickets.issue(apiEntry.identity()).map(ticket -> new Ticket(ticket, Tickets.LIFETIME.toMillis()));
    }
}
