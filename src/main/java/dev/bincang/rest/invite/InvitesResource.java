package dev.bincang.rest.invite;

import dev.bincang.protocol.Refusal;
import dev.bincang.rest.RequestParameters;
import dev.bincang.room.Role;
import dev.bincang.room.Room;
import dev.bincang.room.invite.Acceptance;
import dev.bincang.room.invite.Additions;
import dev.bincang.room.invite.Invites;
import dev.bincang.room.lists.ListPage;
import dev.bincang.transport.http.ApiEntry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Adds several members at once. Makes, lists, revokes, opens and accepts invitation links. */
@Path("/api")
@Singleton
public class InvitesResource {

    /** The request to add several members. */
    public record NewMembers(@Nullable List<@Nullable String> members) {}

    /** What happened to each of the users. */
    public record AddedMembers(List<Additions.Addition> results) {}

    /** The request for a new link, as {@link Invites#make}. */
    public record NewInvite(
            @Nullable Long expiresIn,
            @Nullable Long uses,
            @Nullable Role role) {}

    private final Additions additions;
    private final Invites invites;
    private final Acceptance acceptance;
    private final ApiEntry apiEntry;

    InvitesResource(Additions additions, Invites invites, Acceptance acceptance, ApiEntry apiEntry) {
        this.additions = additions;
        this.invites = invites;
        this.acceptance = acceptance;
        this.apiEntry = apiEntry;
    }

    @POST
    @Path("/rooms/{room}/members")
    public Uni<AddedMembers> add(String room, @Nullable NewMembers wanted) {
        if (wanted == null || wanted.members == null) {
            throw Refusal.bad("members: missing");
        }
        var actor = apiEntry.actor();
        return additions
                .add(actor, RequestParameters.room(room), actor.others(wanted.members))
                .map(AddedMembers::new);
    }

    @GET
    @Path("/rooms/{room}/invites")
    public Uni<ListPage<Invites.Invite>> list(String room) {
        return invites.list(apiEntry.actor(), RequestParameters.room(room));
    }

    @POST
    @Path("/rooms/{room}/invites")
    public Uni<RestResponse<Invites.Made>> make(String room, @Nullable NewInvite wanted) {
        var link = wanted == null ? new NewInvite(null, null, null) : wanted;
        return invites.make(apiEntry.actor(), RequestParameters.room(room), link.expiresIn, link.uses, link.role)
                .map(made -> RestResponse.status(RestResponse.Status.CREATED, made));
    }

    @DELETE
    @Path("/rooms/{room}/invites/{id}")
    public Uni<Void> revoke(String room, String id) {
        return invites.revoke(apiEntry.actor(), RequestParameters.room(room), id);
    }

    @GET
    @Path("/invites/{token}")
    public Uni<Acceptance.Invitation> open(String token) {
        return acceptance.open(apiEntry.actor(), token, apiEntry.address());
    }

    @POST
    @Path("/invites/{token}")
    public Uni<Room> accept(String token) {
        return acceptance.accept(apiEntry.actor(), token, apiEntry.address());
    }
}
