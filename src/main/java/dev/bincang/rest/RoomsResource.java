package dev.bincang.rest;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.bincang.mark.Marks;
import dev.bincang.mark.OwnSettings;
import dev.bincang.mark.Preferences;
import dev.bincang.message.MessageVersions;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Room;
import dev.bincang.room.Rooms;
import dev.bincang.room.Settings;
import dev.bincang.room.lists.ListPage;
import dev.bincang.room.lists.RoomLists;
import dev.bincang.transport.http.ApiEntry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Makes, lists, reads, changes and deletes rooms, with what a user has read in them. Lists the old texts of messages. */
@Path("/api")
@Singleton
public class RoomsResource {

    /**
     * The request for a new room.
     *
     * @param id if left out, the server makes one; a private room must leave it out
     * @param members the ids of users who are members from the beginning
     */
    public record NewRoom(
            @Nullable RoomId id,
            @Nullable List<@Nullable String> members,
            @JsonUnwrapped Settings settings) {}

    private final Rooms rooms;
    private final RoomLists lists;
    private final MessageVersions messageVersions;
    private final Marks marks;
    private final OwnSettings ownSettings;
    private final ApiEntry apiEntry;

    RoomsResource(
            Rooms rooms,
            RoomLists lists,
            MessageVersions messageVersions,
            Marks marks,
            OwnSettings ownSettings,
            ApiEntry apiEntry) {
        this.marks = marks;
        this.ownSettings = ownSettings;
        this.rooms = rooms;
        this.lists = lists;
        this.messageVersions = messageVersions;
        this.apiEntry = apiEntry;
    }

    @GET
    @Path("/rooms")
    public Uni<ListPage<RoomLists.Mine>> mine(
            @QueryParam("filter") @Nullable String filter,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit) {
        return lists.mine(apiEntry.actor(), RequestParameters.filter(filter), cursor, RequestParameters.limit(limit));
    }

    @POST
    @Path("/rooms")
    public Uni<RestResponse<Room>> create(
            @Nullable NewRoom wanted, @HeaderParam("Idempotency-Key") @Nullable String key) {
        var room = wanted == null ? new NewRoom(null, null, Settings.NONE) : wanted;
        var actor = apiEntry.actor();
        return rooms.create(actor, room.id, room.settings, RequestParameters.key(key), actor.others(room.members))
                .map(made -> RestResponse.ResponseBuilder.<Room>created(URI.create("/api/rooms/" + made.id()))
                        .entity(made)
                        .header(HttpHeaders.ETAG, quoted(made))
                        .build());
    }

    @GET
    @Path("/rooms/{room}")
    public Uni<RestResponse<Room>> get(String room, @HeaderParam("If-None-Match") List<String> ifNoneMatch) {
        var known = RequestParameters.known(ifNoneMatch);
        return rooms.get(apiEntry.actor(), RequestParameters.room(room))
                .map(found -> known != null && known.has(RoomTag.of(found)) ? unchanged(found) : tagged(found));
    }

    @PATCH
    @Path("/rooms/{room}")
    public Uni<RestResponse<Room>> change(
            String room, @Nullable Settings wanted, @HeaderParam("If-Match") List<String> ifMatch) {
        return rooms.change(
                        apiEntry.actor(),
                        RequestParameters.room(room),
                        wanted == null ? Settings.NONE : wanted,
                        RequestParameters.revisions(ifMatch))
                .map(RoomsResource::tagged);
    }

    @DELETE
    @Path("/rooms/{room}")
    public Uni<Void> delete(String room, @HeaderParam("If-Match") List<String> ifMatch) {
        return rooms.delete(apiEntry.actor(), RequestParameters.room(room), RequestParameters.revisions(ifMatch));
    }

    @POST
    @Path("/rooms/read")
    public Uni<Void> readEverything() {
        return marks.readEverything(apiEntry.actor());
    }

    @GET
    @Path("/rooms/{room}/marks")
    public Uni<Marks.Receipts> receipts(String room) {
        return marks.receipts(apiEntry.actor(), RequestParameters.room(room));
    }

    @PATCH
    @Path("/rooms/{room}/me")
    public Uni<Preferences> changeOwn(String room, Preferences.@Nullable Change wanted) {
        return ownSettings.change(
                apiEntry.actor(),
                RequestParameters.room(room),
                wanted == null ? new Preferences.Change(null, null, null, null) : wanted);
    }

    @GET
    @Path("/rooms/{room}/messages/{id}/versions")
    public Uni<MessageVersions.Versions> versions(String room, String id) {
        return messageVersions.of(apiEntry.actor(), RequestParameters.room(room), RequestParameters.id(id));
    }

    @PUT
    @Path("/direct/{user}")
    public Uni<RestResponse<Room>> direct(String user) {
        return rooms.direct(apiEntry.actor(), user).map(RoomsResource::tagged);
    }

    private static RestResponse<Room> tagged(Room room) {
        return RestResponse.ResponseBuilder.ok(room)
                .header(HttpHeaders.ETAG, quoted(room))
                .build();
    }

    private static RestResponse<Room> unchanged(Room room) {
        return RestResponse.ResponseBuilder.<Room>create(RestResponse.Status.NOT_MODIFIED)
                .header(HttpHeaders.ETAG, quoted(room))
                .build();
    }

    private static String quoted(Room room) {
        return "\"" + RoomTag.of(room) + "\"";
    }
}
