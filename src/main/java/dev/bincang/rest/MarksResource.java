package dev.bincang.rest;

import dev.bincang.mark.Marks;
import dev.bincang.mark.OwnSettings;
import dev.bincang.mark.Preferences;
import dev.bincang.transport.http.ApiEntry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jspecify.annotations.Nullable;

/** What a user has read in their rooms, and their own settings of them. */
@Path("/api")
@Singleton
public class MarksResource {

    private final Marks marks;
    private final OwnSettings own;
    private final ApiEntry apiEntry;

    MarksResource(Marks marks, OwnSettings own, ApiEntry apiEntry) {
        this.marks = marks;
        this.own = own;
        this.apiEntry = apiEntry;
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
    public Uni<Preferences> change(String room, Preferences.@Nullable Change wanted) {
        return own.change(
                apiEntry.actor(),
                RequestParameters.room(room),
                wanted == null ? new Preferences.Change(null, null, null, null) : wanted);
    }
}
