package dev.bincang.rest.people;

import dev.bincang.people.BlockLists;
import dev.bincang.rest.RequestParameters;
import dev.bincang.room.lists.ListPage;
import dev.bincang.transport.http.ApiEntry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/** Blocks users, and lists whom one has blocked. Each change can be repeated: the second one has no effect. */
@Path("/api/users/me/blocks")
@Singleton
public class BlocksResource {

    private final BlockLists blocks;
    private final ApiEntry apiEntry;

    BlocksResource(BlockLists blocks, ApiEntry apiEntry) {
        this.blocks = blocks;
        this.apiEntry = apiEntry;
    }

    @GET
    public Uni<ListPage<String>> list(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable String limit) {
        return blocks.list(apiEntry.actor(), cursor, RequestParameters.limit(limit));
    }

    @PUT
    @Path("/{user}")
    public Uni<Void> block(String user) {
        return blocks.block(apiEntry.actor(), user);
    }

    @DELETE
    @Path("/{user}")
    public Uni<Void> unblock(String user) {
        return blocks.unblock(apiEntry.actor(), user);
    }
}
