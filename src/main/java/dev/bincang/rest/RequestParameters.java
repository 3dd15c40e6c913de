package dev.bincang.rest;

import dev.bincang.protocol.Id;
import dev.bincang.protocol.Key;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Members;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a request's path, query and headers say; each throws a {@code bad_request} that names what is wrong. */
final class RequestParameters {

    private static final int PAGE = 200;
    private static final int DEFAULT_PAGE = 50;

    private RequestParameters() {}

    static RoomId room(String text) {
        return read("room", RoomId::new, text);
    }

    static @Nullable Key key(@Nullable String text) {
        return text == null ? null : read("Idempotency-Key", Key::new, text);
    }

    /** Read here, because what is no number is a 404 to the framework. */
    static int limit(@Nullable String limit) {
        if (limit == null) {
            return DEFAULT_PAGE;
        }
        var number = limit.matches("\\d{1,3}") ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > PAGE) {
            throw Refusal.bad("limit: a number from 1 to " + PAGE);
        }
        return number;
    }

    /** The revision that {@code If-Match} (RFC 9110 section 13.1.1) asks for; null where any will do. */
    static @Nullable Id revision(@Nullable String ifMatch) {
        return ifMatch == null || ifMatch.strip().equals("*")
                ? null
                : read("If-Match", text -> Id.parse(text.strip().replaceAll("^\"|\"$", "")), ifMatch);
    }

    /** Until when, in milliseconds since 1970; null is for good. */
    static long until(@Nullable Long until) {
        if (until != null && (until <= System.currentTimeMillis() || until >= Members.FOREVER)) {
            throw Refusal.bad("until: is not to come, in milliseconds since 1970");
        }
        return until == null ? Members.FOREVER : until;
    }

    private static <T> T read(String what, Function<String, T> form, String text) {
        try {
            return form.apply(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.bad(what + ": " + e.getMessage());
        }
    }
}
