package dev.bincang.message;

import dev.bincang.BincangConfig;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.room.Actor;
import dev.bincang.room.Audit;
import dev.bincang.room.Events;
import dev.bincang.room.Right;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Posts, edits and deletes messages. */
@Singleton
public class Messages {

    /** The number of old texts that a message keeps. */
    private static final int VERSIONS = 10;

    private final Events events;
    private final RoomLog.AppendRule message;
    private final RoomLog.AppendRule amend;
    private final Audit audit;
    private final Content.Limits contentLimits;
    private final double paceMs;
    private final int burst;
    private final long bytesPerMinute;
    private final int versions;

    Messages(Events events, Audit audit, BincangConfig config) {
        this.events = events;
        this.audit = audit;
        message = events.rule(Messages.class, "posting.lua", "text.lua", "thread.lua", "mentions.lua", "message.lua");
        amend = events.rule(Messages.class, "posting.lua", "text.lua", "thread.lua", "mentions.lua", "amend.lua");
        contentLimits = Content.Limits.of(config);
        paceMs = 1000.0 / config.limits().commandsPerSecond();
        burst = config.limits().commandBurst();
        bytesPerMinute = config.limits().bytesPerMinute().asLongValue();
        versions = config.messages().keepEdits() ? VERSIONS : 0;
    }

    /**
     * Appends a message to the room's log. Every pod that follows the room, this one included, receives it by Redis
     * pub/sub. The detail of the result has the users whom the message does not mention, because they cannot read the room.
     *
     * <p>Fails with {@code bad_request} or {@code too_large} for the content, {@code not_found} or {@code forbidden} if the
     * user may not send or if {@code place} names a message that is not there, {@code rate_limited}, {@code conflict} if the
     * key was used for another command, {@code unavailable} if Redis is away; then the message may be stored or not.
     *
     * @param key null: sending again makes another message
     */
    public Uni<RoomLog.Stored> send(Actor from, RoomId room, Content content, Place place, @Nullable Key key) {
        var refusal = content.wrong(contentLimits);
        var wrongPlace = refusal == null ? place.wrong() : refusal;
        if (wrongPlace != null) {
            return Uni.createFrom().failure(wrongPlace);
        }
        var hash = hash(key, "send", content, place.digested());
        var arguments = new ArrayList<Object>(List.of(
                paceMs,
                burst,
                bytesPerMinute,
                text(place.replyTo()),
                text(place.thread()),
                place.alsoInRoom() ? "+" : ""));
        arguments.addAll(content.mentionArguments());
        return events.log(
                room,
                new MessageEvent.Message(room, from.user(), place, key),
                new Events.Subject(Events.MESSAGE, from.key(), null, ended(content.json())),
                new Events.Authorship(from, Right.SEND, key, hash),
                message,
                arguments.toArray());
    }

    private static String text(@Nullable Id id) {
        return id == null ? "" : id.toString();
    }

    private static byte[] ended(byte[] json) {
        var ended = Arrays.copyOf(json, json.length + 1);
        ended[json.length] = '}';
        return ended;
    }

    private static String hash(@Nullable Key key, String kind, Content content, String where) {
        return key == null ? "" : hash(key, kind, where, content.digested());
    }

    /** A short digest of a command, so that the same key with another command is detected. Empty without a key. */
    private static String hash(@Nullable Key key, String... command) {
        return key == null ? "" : Events.digest(command).substring(0, Events.HASH_LENGTH);
    }

    /**
     * Changes the content of the user's own message. Fails as {@link #send}, with {@code not_found} if the message was
     * deleted or is not in the log any more, and with {@code forbidden} if it is another user's. The old text is gone,
     * unless {@code bincang.messages.keep-edits} is on: {@link MessageVersions} reads it.
     */
    public Uni<RoomLog.Stored> edit(Actor by, RoomId room, Id target, Content content, @Nullable Key key) {
        var refusal = content.wrong(contentLimits);
        if (refusal != null) {
            return Uni.createFrom().failure(refusal);
        }
        return amend(
                room,
                new MessageEvent.Edited(room, by.user(), target, key),
                new Events.Subject(Events.EDITED, by.key(), target, content.json()),
                new Events.Authorship(by, Right.EDIT_OWN, key, hash(key, "edit", content, target.toString())),
                "",
                content.mentionArguments());
    }

    /**
     * Deletes a message: the user's own, or anybody's if their role allows it. Deleting again changes nothing. Fails as
     * {@link #edit}. The text is gone with all its old versions, also for a client that resumes from before the message.
     */
    public Uni<RoomLog.Stored> delete(Actor by, RoomId room, Id target, @Nullable Key key) {
        return amend(
                        room,
                        new MessageEvent.Deleted(room, by.user(), target, key),
                        new Events.Subject(Events.DELETED, by.key(), target, new byte[0]),
                        new Events.Authorship(by, Right.DELETE_OWN, key, hash(key, "delete", target.toString())),
                        Right.DELETE_ANY.wire(),
                        List.of("", ""))
                .call(stored -> stored.detail().isEmpty()
                        ? Uni.createFrom().voidItem()
                        : audit.ofMessage(by, room, target, Keys.unescape(stored.detail())));
    }

    /**
     * @param subject its rest is the new content; empty: the message is deleted
     * @param others the roles that may change others' messages
     */
    private Uni<RoomLog.Stored> amend(
            RoomId room,
            MessageEvent frame,
            Events.Subject subject,
            Events.Authorship authorship,
            String others,
            List<Object> mentions) {
        var arguments = new ArrayList<Object>(List.of(paceMs, burst, bytesPerMinute, others, versions));
        arguments.addAll(mentions);
        return events.log(room, frame, subject, authorship, amend, arguments.toArray());
    }
}
