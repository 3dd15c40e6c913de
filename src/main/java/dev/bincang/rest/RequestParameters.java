package dev.bincang.rest;

import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Members;
import dev.bincang.room.lists.RoomLists;
import dev.bincang.transport.http.EntityTags;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a request's path, query and headers. Each method throws a {@code bad_request} that names what is wrong. */
public final class RequestParameters {

    private static final int PAGE = 200;
    private static final int DEFAULT_PAGE = 50;

    private RequestParameters() {}

    /** Reads the id of a room. */
    public static RoomId room(String text) {
        return read("room", RoomId::new, text);
    }

    /** Reads the id of an event. */
    public static Id id(String text) {
        return read("id", Id::parse, text);
    }

    public static @Nullable Key key(@Nullable String text) {
        return text == null ? null : read("Idempotency-Key", Key::new, text);
    }

    /** Reads which rooms are listed; all if nothing is said. */
    static RoomLists.Filter filter(@Nullable String filter) {
        return switch (filter == null ? "all" : filter) {
            case "all" -> RoomLists.Filter.ALL;
            case "unread" -> RoomLists.Filter.UNREAD;
            case "direct" -> RoomLists.Filter.DIRECT;
            case "archived" -> RoomLists.Filter.ARCHIVED;
            default -> throw Refusal.bad("filter: all, unread, direct or archived");
        };
    }

    /** Reads a limit. It is parsed here because the framework answers a malformed number with 404. */
    public static int limit(@Nullable String limit) {
        if (limit == null) {
            return DEFAULT_PAGE;
        }
        var number = limit.matches("\\d{1,3}") ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > PAGE) {
            throw Refusal.bad("limit: must be a number from 1 to " + PAGE);
        }
        return number;
    }

    /**
     * The revisions that {@code If-Match} (RFC 9110 section 13.1.1) allows. Null if it allows any. Weak tags, and tags
     * that the server never issued, match no revision.
     *
     * @param ifMatch the header's lines
     */
    public static @Nullable List<Id> revisions(List<String> ifMatch) {
        if (ifMatch.isEmpty()) {
            return null;
        }
        var tags = read("If-Match", EntityTags::parse, ifMatch);
        return tags.any()
                ? null
                : tags.strong().stream()
                        .flatMap(tag -> RoomTag.revision(tag).stream())
                        .toList();
    }

    /**
     * The tags in {@code If-None-Match}; null if there is no such header.
     *
     * @param ifNoneMatch the header's lines
     */
    public static @Nullable EntityTags known(List<String> ifNoneMatch) {
        return ifNoneMatch.isEmpty() ? null : read("If-None-Match", EntityTags::parse, ifNoneMatch);
    }

    /** The end of a ban or a mute, in milliseconds since 1970. Null means for good. */
    public static long until(@Nullable Long until) {
        if (until != null && (until <= System.currentTimeMillis() || until >= Members.FOREVER)) {
            throw Refusal.bad("until: must be in the future, in milliseconds since 1970");
        }
        return until == null ? Members.FOREVER : until;
    }

    private static <F, T> T read(String what, Function<F, T> form, F text) {
        try {
            return form.apply(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.bad(what + ": " + e.getMessage());
        }
    }
}
