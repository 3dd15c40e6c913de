package dev.bincang.rest.people;

import dev.bincang.people.Report;
import dev.bincang.people.Reports;
import dev.bincang.people.report.ReportState;
import dev.bincang.protocol.Refusal;
import dev.bincang.rest.RequestParameters;
import dev.bincang.room.lists.ListPage;
import dev.bincang.transport.http.ApiEntry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/** Lists, claims and resolves the reports of a room's messages. The command {@code report} makes them. */
@Path("/api/rooms/{room}/reports")
@Singleton
public class ReportsResource {

    /** What was decided about a report, 1 to 500 code points. */
    public record Resolution(@Nullable String outcome) {}

    private final Reports reports;
    private final ApiEntry apiEntry;

    ReportsResource(Reports reports, ApiEntry apiEntry) {
        this.reports = reports;
        this.apiEntry = apiEntry;
    }

    @GET
    public Uni<ListPage<Report>> list(
            String room,
            @QueryParam("state") @Nullable String state,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit) {
        return reports.list(
                apiEntry.actor(),
                RequestParameters.room(room),
                ReportState.parse(state),
                cursor,
                RequestParameters.limit(limit));
    }

    @POST
    @Path("/{id}/claim")
    public Uni<Void> claim(String room, String id) {
        return reports.claim(apiEntry.actor(), RequestParameters.room(room), id);
    }

    @POST
    @Path("/{id}/resolve")
    public Uni<Void> resolve(String room, String id, @Nullable Resolution body) {
        if (body == null || body.outcome == null) {
            throw Refusal.bad("outcome: missing");
        }
        return reports.resolve(apiEntry.actor(), RequestParameters.room(room), id, body.outcome);
    }
}
