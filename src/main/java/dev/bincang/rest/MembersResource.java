package dev.bincang.rest;

import dev.bincang.protocol.Refusal;
import dev.bincang.room.Members;
import dev.bincang.room.Role;
import dev.bincang.room.lists.ListPage;
import dev.bincang.room.lists.MemberLists;
import dev.bincang.transport.http.ApiEntry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/**
 * Lists and changes a room's members, and bans and mutes users. Each change can be repeated: the second one has no
 * effect.
 */
@Path("/api")
@Singleton
public class MembersResource {

    /** A new role: owner, moderator or member. */
    public record Change(@Nullable Role role) {}

    private final Members members;
    private final MemberLists lists;
    private final ApiEntry apiEntry;

    MembersResource(Members members, MemberLists lists, ApiEntry apiEntry) {
        this.members = members;
        this.lists = lists;
        this.apiEntry = apiEntry;
    }

    @GET
    @Path("/rooms/{room}/members")
    public Uni<ListPage<MemberLists.Member>> members(
            String room, @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable String limit) {
        return lists.members(apiEntry.actor(), RequestParameters.room(room), cursor, RequestParameters.limit(limit));
    }

    @PUT
    @Path("/rooms/{room}/members/{user}")
    public Uni<Void> add(String room, String user) {
        return members.add(apiEntry.actor(), RequestParameters.room(room), user).replaceWithVoid();
    }

    @PATCH
    @Path("/rooms/{room}/members/{user}")
    public Uni<Void> role(String room, String user, @Nullable Change change) {
        if (change == null || change.role == null) {
            throw Refusal.bad("role: missing");
        }
        return members.role(apiEntry.actor(), RequestParameters.room(room), user, change.role);
    }

    @DELETE
    @Path("/rooms/{room}/members/{user}")
    public Uni<Void> remove(String room, String user, @QueryParam("reason") @Nullable String reason) {
        return members.remove(apiEntry.actor(), RequestParameters.room(room), user, reason == null ? "" : reason);
    }

    @GET
    @Path("/rooms/{room}/barred")
    public Uni<ListPage<MemberLists.Barred>> barred(
            String room, @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable String limit) {
        return lists.barred(apiEntry.actor(), RequestParameters.room(room), cursor, RequestParameters.limit(limit));
    }

    @PUT
    @Path("/rooms/{room}/bans/{user}")
    public Uni<Void> ban(String room, String user, @Nullable Sanction body) {
        var sanction = Sanction.of(body);
        return members.ban(apiEntry.actor(), RequestParameters.room(room), user, sanction.end(), sanction.why());
    }

    @DELETE
    @Path("/rooms/{room}/bans/{user}")
    public Uni<Void> unban(String room, String user) {
        return members.unban(apiEntry.actor(), RequestParameters.room(room), user);
    }

    @PUT
    @Path("/rooms/{room}/mutes/{user}")
    public Uni<Void> mute(String room, String user, @Nullable Sanction body) {
        var sanction = Sanction.of(body);
        return members.mute(apiEntry.actor(), RequestParameters.room(room), user, sanction.end(), sanction.why());
    }

    @DELETE
    @Path("/rooms/{room}/mutes/{user}")
    public Uni<Void> unmute(String room, String user) {
        return members.unmute(apiEntry.actor(), RequestParameters.room(room), user);
    }
}
