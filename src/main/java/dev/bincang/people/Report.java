package dev.bincang.people;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.bincang.people.report.ReportState;
import dev.bincang.people.report.ReportStore;
import dev.bincang.protocol.User;
import org.jspecify.annotations.Nullable;

/**
 * A report as moderators see it.
 *
 * @param time when it was made, in milliseconds since 1970
 * @param by the user who reported
 * @param message the JSON of the message as it was then
 * @param handler the user who claimed or resolved it
 * @param handled when they did
 * @param outcome what they decided; null unless it is resolved
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(
        String id,
        ReportState state,
        long time,
        User by,
        String reason,
        @JsonRawValue String message,
        @Nullable User handler,
        @Nullable Long handled,
        @Nullable String outcome) {

    static Report of(ReportStore.Stored stored) {
        var isHandled = stored.state() != ReportState.OPEN;
        return new Report(
                stored.id(),
                stored.state(),
                stored.made(),
                ReportStore.user(stored.said()),
                stored.said().path("reason").asText(),
                stored.message(),
                isHandled ? ReportStore.user(stored.handled()) : null,
                isHandled ? Long.valueOf(stored.changed()) : null,
                stored.handled().path("outcome").asText(null));
    }
}
