package dev.bincang.room;

import dev.bincang.log.RoomLog;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Collection;
import org.jboss.logging.Logger;

/** Tells users what has happened to them, each in the log of their inbox. */
@Singleton
class Inboxes {

    private static final Logger LOG = Logger.getLogger(Inboxes.class);

    private final Events events;
    private final RoomLog.AppendRule notice;

    Inboxes(Events events) {
        this.events = events;
        notice = events.rule(Inboxes.class, "notice.lua");
    }

    /**
     * Appends an event to a user's inbox. The user's id is escaped.
     *
     * @param withheld makes the same call to Redis, but appends nothing: who caused the event must not notice that
     */
    Uni<Void> tell(String user, Actor by, RoomId about, String change, boolean withheld) {
        var inbox = RoomId.inbox(user);
        return events.log(
                        inbox,
                        new RoomEvent.Inbox(inbox, null, null, null, null, by.user(), about, change),
                        new Events.Subject(Events.INBOX, user),
                        new Events.Authorship(by, null),
                        notice,
                        withheld ? "1" : "")
                .replaceWithVoid();
    }

    /** Tells users, except the actor, that the actor has added them. A failure is logged: they are members. */
    Uni<Void> tellAdded(Collection<String> users, Actor by, RoomId about) {
        return Multi.createFrom()
                .iterable(users)
                .filter(user -> !user.equals(by.key()))
                .onItem()
                .transformToUniAndMerge(user -> logged(tell(user, by, about, "added", false)))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** Logs a failure to write what follows from a change. The change itself is done. */
    static Uni<Void> logged(Uni<Void> update) {
        return update.onFailure().recoverWithItem(failure -> {
            LOG.warnf("a user's rooms or inbox cannot be updated: %s", failure.getMessage());
            return null;
        });
    }
}
