package dev.bincang.room;

import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the audit trail: who did what to whom, when and why, by a right over others. It is a log like a room's, {@link
 * RoomId#AUDIT}, and admins read it like a room.
 */
@Singleton
public class Audit {

    private static final Logger LOG = Logger.getLogger(Audit.class);

    private final Events events;
    private final RoomLog.AppendRule notice;

    Audit(Events events) {
        this.events = events;
        notice = events.rule(Audit.class, "notice.lua");
    }

    /**
     * Records an action on a room.
     *
     * @param from the previous values, only those that changed, by the names of the settings
     */
    public Uni<Void> ofRoom(Actor by, RoomId room, String action, Map<String, Object> from, Map<String, Object> to) {
        return log(by, entry(by, action, room, null, null, null, null, from, to));
    }

    /**
     * Records an action on a user in a room.
     *
     * @param was the previous state from {@code member.lua}: {@code <role or -> <banned until> <muted until>}
     */
    Uni<Void> ofMember(Actor by, RoomEvent.Member done, String was) {
        var parts = was.split(" ", 3);
        var from = new LinkedHashMap<String, Object>();
        var until = 0L;
        switch (done.change()) {
            case "unbanned" -> until = Long.parseLong(parts[1]);
            case "muted", "unmuted" -> until = Long.parseLong(parts[2]);
            default -> {
                if (!parts[0].equals("-")) {
                    from.put("role", parts[0]);
                }
                until = done.change().equals("banned") ? Long.parseLong(parts[1]) : 0;
            }
        }
        if (until != 0) {
            from.put(done.change().endsWith("muted") ? "muted" : "banned", true);
            if (until != Members.FOREVER) {
                from.put("until", until);
            }
        }
        var role = done.role();
        return log(
                by,
                entry(
                        by,
                        done.change(),
                        done.room(),
                        done.user(),
                        null,
                        done.until(),
                        done.reason(),
                        from,
                        role == null ? Map.of() : Map.of("role", role)));
    }

    /**
     * Records that a message was deleted.
     *
     * @param author the user whose message it was
     */
    public Uni<Void> ofMessage(Actor by, RoomId room, Id target, String author) {
        return log(by, entry(by, "deleted", room, author, target, null, null, Map.of(), Map.of()));
    }

    /**
     * Records that a report of a message was resolved.
     *
     * @param author the user whose message it is
     */
    public Uni<Void> ofReport(Actor by, RoomId room, Id target, String author, String outcome) {
        return log(by, entry(by, "report_resolved", room, author, target, null, outcome, Map.of(), Map.of()));
    }

    /** Records an action on a user that applies to the whole server. */
    public Uni<Void> ofUser(Actor by, String action, String user, @Nullable Long until, @Nullable String reason) {
        return log(by, entry(by, action, null, user, null, until, reason, Map.of(), Map.of()));
    }

    private static RoomEvent.Audit entry(
            Actor by,
            String action,
            @Nullable RoomId room,
            @Nullable String user,
            @Nullable Id target,
            @Nullable Long until,
            @Nullable String reason,
            Map<String, Object> from,
            Map<String, Object> to) {
        return new RoomEvent.Audit(
                RoomId.AUDIT,
                null,
                null,
                null,
                null,
                by.user(),
                action,
                room,
                user,
                target,
                until,
                reason,
                from.isEmpty() ? null : from,
                to.isEmpty() ? null : to);
    }

    /**
     * Writes an entry. The action itself has already happened. So a failure here is logged for operators, and the actor
     * does not see it.
     */
    private Uni<Void> log(Actor by, RoomEvent.Audit frame) {
        return events.log(
                        RoomId.AUDIT,
                        frame,
                        new Events.Subject(Events.AUDIT, by.key()),
                        new Events.Authorship(by, null),
                        notice)
                .replaceWithVoid()
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.errorf(
                            "an audit event cannot be written: %s by %s: %s",
                            frame.action(), by.key(), failure.getMessage());
                    return null;
                });
    }
}
