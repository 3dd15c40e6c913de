package dev.bincang.rest;

import dev.bincang.people.Users;
import dev.bincang.transport.http.ApiEntry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What is done to a user everywhere. */
@Path("/api")
@Singleton
@Tag(name = "users")
public class UsersResource {

    private final Users users;
    private final ApiEntry apiEntry;

    UsersResource(Users users, ApiEntry apiEntry) {
        this.users = users;
        this.apiEntry = apiEntry;
    }

    @POST
    @Path("/users/{user}/revoke")
    @Operation(summary = "make void all tokens he has by now: an admin anybody's, everybody his own")
    @APIResponse(responseCode = "204", description = "No Content")
    public Uni<Void> revoke(String user) {
        return users.revoke(apiEntry.actor(), user, apiEntry.address());
    }

    @PUT
    @Path("/users/{user}/ban")
    @Operation(summary = "keep him out of everywhere, until then or for good; for admins")
    public Uni<Void> ban(String user, @Nullable Sanction body) {
        var sanction = Sanction.of(body);
        return users.ban(apiEntry.actor(), user, sanction.end(), sanction.why());
    }

    @DELETE
    @Path("/users/{user}/ban")
    @Operation(summary = "let him in again; for admins")
    public Uni<Void> unban(String user) {
        return users.unban(apiEntry.actor(), user);
    }
}
