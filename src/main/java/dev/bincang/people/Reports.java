package dev.bincang.people;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.bincang.auth.RateLimits;
import dev.bincang.auth.RateLimits.What;
import dev.bincang.log.ReadAccess;
import dev.bincang.log.RoomLog;
import dev.bincang.people.report.ReportState;
import dev.bincang.people.report.ReportStore;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.protocol.Text;
import dev.bincang.redis.Keys;
import dev.bincang.room.Actor;
import dev.bincang.room.Audit;
import dev.bincang.room.Events;
import dev.bincang.room.Members;
import dev.bincang.room.Right;
import dev.bincang.room.lists.ListPage;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes reports of messages, and lets moderators see, claim and resolve those of their room. Admins also read all reports in
 * one log, {@link RoomId#REPORTS}. The author of a message never learns of a report, unless they are an admin.
 */
@Singleton
public class Reports {

    /**
     * The result of a report.
     *
     * @param duplicate whether the user has reported the message before
     */
    public record Made(String id, boolean duplicate) {}

    private static final Logger LOG = Logger.getLogger(Reports.class);

    /** The longest reason or outcome, in code points. */
    private static final int TEXT_LENGTH = 500;
    /** The highest number of reports on a page, because each has a whole message. */
    private static final int PAGE = 50;
    /** Characters of an id that are a digest of the reporter; the others are one of the message and the reporter. */
    private static final int REPORTER = 6;

    private final ReportStore store;
    private final ReadAccess readAccess;
    private final Events events;
    private final Audit audit;
    private final RateLimits limits;
    private final RoomLog.AppendRule notice;

    Reports(ReportStore store, ReadAccess readAccess, Events events, Audit audit, RateLimits limits) {
        this.store = store;
        this.readAccess = readAccess;
        this.events = events;
        this.audit = audit;
        this.limits = limits;
        notice = events.rule(Audit.class, "notice.lua");
    }

    /**
     * Reports a message. Reporting it again changes nothing, also with another reason.
     *
     * <p>Fails as {@link ReportStore#add}, with {@code bad_request} for the reason, {@code rate_limited}, and with {@code
     * unavailable} if Redis is nearly full.
     */
    public Uni<Made> report(Actor by, RoomId room, Id target, String reason) {
        var wrong = wrong("reason", reason);
        if (wrong != null) {
            return Uni.createFrom().failure(wrong);
        }
        var full = events.full();
        var refusal = full != null ? full : limits.take(What.REPORT, by.key());
        if (refusal != null) {
            return Uni.createFrom().failure(refusal);
        }
        var user = by.user().id();
        var id = Events.digest("reporter", room.value(), user).substring(0, REPORTER)
                + Events.digest("report", room.value(), user, target.toString())
                        .substring(0, ReportStore.ID_LENGTH - REPORTER);
        return store.add(room, target, id, says(by, Right.REPORT, "reason", reason))
                .chain(added -> {
                    var message = added.message();
                    return message == null
                            ? Uni.createFrom().item(new Made(id, true))
                            : tellAdmins(by, message, reason).replaceWith(new Made(id, false));
                });
    }

    private static @Nullable Refusal wrong(String field, String text) {
        var wrong = text.isBlank() ? "is empty" : Text.wrong(text, TEXT_LENGTH, false);
        return wrong == null ? null : Refusal.bad(field + ": " + wrong);
    }

    private static ReportStore.By says(Actor by, Right right, @Nullable String field, @Nullable String text) {
        var json = Codec.json().createObjectNode();
        json.putObject("by").put("id", by.user().id()).put("name", by.user().name());
        if (field != null) {
            json.put(field, text);
        }
        return new ReportStore.By(by.key(), by.admin(), right.wire(), json.toString());
    }

    /** Writes the report to the log that admins read. It is stored for moderators already, so a failure is only logged. */
    private Uni<Void> tellAdmins(Actor by, byte[] message, String reason) {
        return events.log(
                        RoomId.REPORTS,
                        new ReportCommands.Reported(
                                RoomId.REPORTS, null, null, null, null, by.user(), fields(message), reason),
                        new Events.Subject(Events.REPORTED, by.key()),
                        new Events.Authorship(by, null),
                        notice)
                .replaceWithVoid()
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.errorf("a report cannot be written to %s: %s", RoomId.REPORTS, failure.getMessage());
                    return null;
                });
    }

    private static Map<String, Object> fields(byte[] message) {
        try {
            return Codec.json().readValue(message, new TypeReference<>() {});
        } catch (IOException e) { // not as the cause: its message can quote the text, which is never logged
            throw new IllegalStateException("a message is stored in a wrong form");
        }
    }

    /**
     * A page of the reports of a room, at most 50: the open ones first, then the claimed, then the resolved, the oldest of
     * each first. Reports of the actor's own messages are left out, unless they are an admin.
     *
     * <p>Fails with {@code not_found} if the actor may not know the room, {@code forbidden} if their role does not allow
     * it, and {@code bad_request} for a malformed cursor.
     *
     * @param state null: of all states
     * @param cursor null: from the beginning
     */
    public Uni<ListPage<Report>> list(
            Actor by, RoomId room, @Nullable ReportState state, @Nullable String cursor, int limit) {
        if (cursor != null && !ReportStore.isCursor(cursor, state)) {
            return Uni.createFrom().failure(ListPage.badCursor());
        }
        return readAccess
                .ask(room, by.key(), by.admin())
                .invoke(pass -> Members.require(pass, Right.SEE_REPORTS))
                .chain(() -> store.page(room, state, cursor, Math.min(limit, PAGE)))
                .map(page -> new ListPage<>(
                        page.reports().stream()
                                .filter(report -> by.admin() || !report.author().equals(by.key()))
                                .map(Report::of)
                                .toList(),
                        page.next()));
    }

    /**
     * Claims an open report, so that other moderators leave it alone. Claiming it again changes nothing. Fails as {@link
     * ReportStore#handle}.
     */
    public Uni<Void> claim(Actor by, RoomId room, String id) {
        return handle(by, room, id, ReportState.CLAIMED, null).replaceWithVoid();
    }

    /**
     * Resolves a report that is open, or that anybody has claimed. Resolving it again with the same outcome changes
     * nothing. Fails as {@link ReportStore#handle}, and with {@code bad_request} for the outcome.
     */
    public Uni<Void> resolve(Actor by, RoomId room, String id, String outcome) {
        var wrong = wrong("outcome", outcome);
        if (wrong != null) {
            return Uni.createFrom().failure(wrong);
        }
        return handle(by, room, id, ReportState.RESOLVED, outcome)
                .chain(handled -> handled == null
                        ? Uni.createFrom().voidItem()
                        : audit.ofReport(by, room, handled.message(), Keys.unescape(handled.author()), outcome));
    }

    private Uni<ReportStore.@Nullable Handled> handle(
            Actor by, RoomId room, String id, ReportState to, @Nullable String outcome) {
        if (!id.matches("[A-Za-z0-9_-]{" + ReportStore.ID_LENGTH + "}")) {
            return Uni.createFrom().failure(Refusal.bad("id: is not the id of a report"));
        }
        var tooMany = limits.take(What.MODERATE, by.key());
        return tooMany != null
                ? Uni.createFrom().failure(tooMany)
                : store.handle(room, id, to, says(by, Right.SEE_REPORTS, outcome == null ? null : "outcome", outcome));
    }
}
