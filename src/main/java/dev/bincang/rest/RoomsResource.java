package dev.bincang.rest;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.ListPage;
import dev.bincang.room.Room;
import dev.bincang.room.Rooms;
import dev.bincang.room.Settings;
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
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Making, reading, changing and deleting rooms. An {@code ETag} is the room's revision. */
@Path("/api")
@Singleton
@Tag(name = "rooms")
public class RoomsResource {

    /**
     * A room to be.
     *
     * @param id left out: the server makes one, as it must for a private room
     */
    public record NewRoom(
            @Nullable RoomId id, @JsonUnwrapped Settings settings) {}

    private final Rooms rooms;
    private final ApiEntry apiEntry;

    RoomsResource(Rooms rooms, ApiEntry apiEntry) {
        this.rooms = rooms;
        this.apiEntry = apiEntry;
    }

    @GET
    @Path("/rooms")
    @Operation(summary = "the rooms you are a member of, each with its newest event")
    public Uni<ListPage<Rooms.Mine>> mine(
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Parameter(schema = @Schema(type = SchemaType.INTEGER)) @Nullable String limit) {
        return rooms.mine(apiEntry.actor(), cursor, RequestParameters.limit(limit));
    }

    @POST
    @Path("/rooms")
    @Operation(summary = "make a room, whose owner you are; safe to repeat with an Idempotency-Key")
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Room.class)))
    public Uni<RestResponse<Room>> create(
            @Nullable NewRoom wanted, @HeaderParam("Idempotency-Key") @Nullable String key) {
        var room = wanted == null ? new NewRoom(null, Settings.NONE) : wanted;
        return rooms.create(apiEntry.actor(), room.id, room.settings, RequestParameters.key(key))
                .map(made -> RestResponse.ResponseBuilder.<Room>created(URI.create("/api/rooms/" + made.id()))
                        .entity(made)
                        .header("ETag", tag(made))
                        .build());
    }

    @GET
    @Path("/rooms/{room}")
    @Operation(summary = "what a room is, and your role in it")
    public Uni<RestResponse<Room>> get(String room) {
        return rooms.get(apiEntry.actor(), RequestParameters.room(room)).map(RoomsResource::tagged);
    }

    @PATCH
    @Path("/rooms/{room}")
    @Operation(summary = "change what the body names; with If-Match only if the room is still as you read it")
    public Uni<RestResponse<Room>> change(
            String room, @Nullable Settings wanted, @HeaderParam("If-Match") @Nullable String ifMatch) {
        return rooms.change(
                        apiEntry.actor(),
                        RequestParameters.room(room),
                        wanted == null ? Settings.NONE : wanted,
                        RequestParameters.revision(ifMatch))
                .map(RoomsResource::tagged);
    }

    @DELETE
    @Path("/rooms/{room}")
    @Operation(summary = "delete a room for all, with its messages")
    public Uni<Void> delete(String room, @HeaderParam("If-Match") @Nullable String ifMatch) {
        return rooms.delete(apiEntry.actor(), RequestParameters.room(room), RequestParameters.revision(ifMatch));
    }

    @PUT
    @Path("/direct/{user}")
    @Operation(summary = "the room of you and one other, made if there is none yet")
    public Uni<RestResponse<Room>> direct(String user) {
        return rooms.direct(apiEntry.actor(), user).map(RoomsResource::tagged);
    }

    private static RestResponse<Room> tagged(Room room) {
        return RestResponse.ResponseBuilder.ok(room).header("ETag", tag(room)).build();
    }

    private static String tag(Room room) {
        return "\"" + room.revision() + "\"";
    }
}
