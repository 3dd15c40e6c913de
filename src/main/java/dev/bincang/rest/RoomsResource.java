package dev.bincang.rest;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Part;
import dev.bincang.room.Room;
import dev.bincang.room.Rooms;
import dev.bincang.room.Settings;
import dev.bincang.transport.http.Door;
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
    private final Door door;

    RoomsResource(Rooms rooms, Door door) {
        this.rooms = rooms;
        this.door = door;
    }

    @GET
    @Path("/rooms")
    @Operation(summary = "the rooms you are a member of, each with its newest event")
    public Uni<Part<Rooms.Mine>> mine(
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Parameter(schema = @Schema(type = SchemaType.INTEGER)) @Nullable String limit) {
        return rooms.mine(door.actor(), cursor, Asked.limit(limit));
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
        return rooms.create(door.actor(), room.id, room.settings, Asked.key(key))
                .map(made -> RestResponse.ResponseBuilder.<Room>created(URI.create("/api/rooms/" + made.id()))
                        .entity(made)
                        .header("ETag", tag(made))
                        .build());
    }

    @GET
    @Path("/rooms/{room}")
    @Operation(summary = "what a room is, and your role in it")
    public Uni<RestResponse<Room>> get(String room) {
        return rooms.get(door.actor(), Asked.room(room)).map(RoomsResource::tagged);
    }

    @PATCH
    @Path("/rooms/{room}")
    @Operation(summary = "change what the body names; with If-Match only if the room is still as you read it")
    public Uni<RestResponse<Room>> change(
            String room, @Nullable Settings wanted, @HeaderParam("If-Match") @Nullable String ifMatch) {
        return rooms.change(
                        door.actor(),
                        Asked.room(room),
                        wanted == null ? Settings.NONE : wanted,
                        Asked.revision(ifMatch))
                .map(RoomsResource::tagged);
    }

    @DELETE
    @Path("/rooms/{room}")
    @Operation(summary = "delete a room for all, with its messages")
    public Uni<Void> delete(String room, @HeaderParam("If-Match") @Nullable String ifMatch) {
        return rooms.delete(door.actor(), Asked.room(room), Asked.revision(ifMatch));
    }

    @PUT
    @Path("/direct/{user}")
    @Operation(summary = "the room of you and one other, made if there is none yet")
    public Uni<RestResponse<Room>> direct(String user) {
        return rooms.direct(door.actor(), user).map(RoomsResource::tagged);
    }

    private static RestResponse<Room> tagged(Room room) {
        return RestResponse.ResponseBuilder.ok(room).header("ETag", tag(room)).build();
    }

    private static String tag(Room room) {
        return "\"" + room.revision() + "\"";
    }
}
