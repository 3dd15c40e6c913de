package dev.bincang.rest;

import dev.bincang.people.Users;
import dev.bincang.transport.http.ApiEntry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import org.jspecify.annotations.Nullable;

/** Revokes a user's tokens and bans users from the whole server. */
@Path("/api")
@Singleton
public class UsersResource {

    private final Users users;
    private final ApiEntry apiEntry;

    UsersResource(Users users, ApiEntry apiEntry) {
        this.users = users;
        this.apiEntry = apiEntry;
    }

    @POST
    @Path("/users/{user}/revoke")
    public Uni<Void> revoke(String user) {
        return users.revoke(apiEntry.actor(), user, apiEntry.address());
    }

    @PUT
    @Path("/users/{user}/ban")
    public Uni<Void> ban(String user, @Nullable Sanction body) {
        var sanction = Sanction.of(body);
        return users.ban(apiEntry.actor(), user, sanction.end(), sanction.why());
    }

    @DELETE
    @Path("/users/{user}/ban")
    public Uni<Void> unban(String user) {
        return users.unban(apiEntry.actor(), user);
    }
}
