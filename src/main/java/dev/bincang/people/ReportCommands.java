package dev.bincang.people;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.bincang.command.Command;
import dev.bincang.command.CommandKind;
import dev.bincang.command.Feature;
import dev.bincang.protocol.Answer;
import dev.bincang.protocol.Event;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.User;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The command that reports a message. */
@Singleton
public class ReportCommands implements Feature {

    private final Reports reports;

    ReportCommands(Reports reports) {
        this.reports = reports;
    }

    @Override
    public List<CommandKind<?>> commands() {
        return List.of(CommandKind.change(
                Report.class,
                (by, report) -> reports.report(by, report.room, report.target, report.reason)
                        .map(made -> new OkToReport(report.req, made.id(), made.duplicate()))));
    }

    /**
     * Reports a message to the moderators of its room and to the admins.
     *
     * @param target the message
     */
    @JsonTypeName("report")
    @RegisterForReflection
    public record Report(long req, RoomId room, Id target, String reason) implements Command.InRoom {
        public Report {
            Command.required("room", room);
            Command.required("target", target);
            Command.required("reason", reason);
        }
    }

    /**
     * The answer to {@code report}.
     *
     * @param report the id of the report
     * @param duplicate whether the user had reported the message before; then nothing has changed
     */
    @JsonTypeName("ok")
    @RegisterForReflection
    public record OkToReport(long req, String report, boolean duplicate) implements Answer {}

    /**
     * A message was reported. Stored in {@link RoomId#REPORTS}.
     *
     * @param by the user who reported
     * @param message the message as it was then, with the room that it is in
     */
    @JsonTypeName("reported")
    @RegisterForReflection
    public record Reported(
            RoomId room,
            @Nullable Id id,
            @Nullable Long seq,
            @Nullable Long time,
            @Nullable Long n,
            User by,
            Map<String, Object> message,
            String reason)
            implements Event {}
}
