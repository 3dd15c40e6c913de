package dev.bincang.room;

import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Event;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The trail of what was done by a right over others: who did what to whom, when, why. A log like a room's, {@link
 * RoomId#AUDIT}, which admins read like one.
 */
@Singleton
public class Audit {

    private static final Logger LOG = Logger.getLogger(Audit.class);

    private final Events events;
    private final RoomLog.AppendRule notice;

    Audit(Events events) {
        this.events = events;
        notice = events.rule("notice.lua");
    }

    /** Something done to a room, or to somebody in it. */
    Uni<Void> ofRoom(
            Actor by,
            RoomId room,
            String action,
            @Nullable String user,
            @Nullable Long until,
            @Nullable String reason) {
        return log(
                by,
                new Event.Audit(RoomId.AUDIT, null, null, null, by.user(), action, room, user, null, until, reason));
    }

    /** A message that was taken away, and whose it was. */
    Uni<Void> ofMessage(Actor by, RoomId room, Id target, String author) {
        return log(
                by,
                new Event.Audit(
                        RoomId.AUDIT, null, null, null, by.user(), "deleted", room, author, target, null, null));
    }

    /** Something done to a user, everywhere. */
    public Uni<Void> ofUser(Actor by, String action, String user, @Nullable Long until, @Nullable String reason) {
        return log(
                by,
                new Event.Audit(RoomId.AUDIT, null, null, null, by.user(), action, null, user, null, until, reason));
    }

    /** The deed itself is done by now: that it cannot be written down is told to who reads logs, not to who did it. */
    private Uni<Void> log(Actor by, Event.Audit frame) {
        return events.log(RoomId.AUDIT, frame, Events.NOTICE, by.key(), new Events.Authorship(by, null), notice)
                .replaceWithVoid()
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.errorf("not in the audit trail: %s by %s: %s", frame.action(), by.key(), failure.getMessage());
                    return null;
                });
    }
}
