package dev.bincang.rest;

import dev.bincang.people.Users;
import dev.bincang.people.profile.Profiles;
import dev.bincang.protocol.Refusal;
import dev.bincang.transport.http.ApiEntry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells users' names and pictures. Revokes a user's tokens and bans users from the whole server. */
@Path("/api")
@Singleton
public class UsersResource {

    private final Users users;
    private final Profiles profiles;
    private final ApiEntry apiEntry;

    UsersResource(Users users, Profiles profiles, ApiEntry apiEntry) {
        this.users = users;
        this.profiles = profiles;
        this.apiEntry = apiEntry;
    }

    @GET
    @Path("/users")
    public Uni<Profiles.Found> profiles(@QueryParam("ids") @Nullable String ids) {
        if (ids == null) {
            throw Refusal.bad("ids: missing");
        }
        return profiles.of(List.of(ids.split(",", -1)));
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
