package dev.bincang.message.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.log.Entry;
import dev.bincang.protocol.Codec;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a search finds.
 *
 * @param from the id of the author, or null for any
 * @param since milliseconds since 1970, included
 * @param until milliseconds since 1970, not included
 */
record Filter(
        Words words,
        @Nullable String from,
        long since,
        long until,
        @Nullable Has has) {

    /** What a message may have besides its words. */
    enum Has {
        ATTACHMENT,
        LINK;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Verdict {
        FOUND,
        OTHER,
        /** No message before this one is found either. */
        TOO_OLD
    }

    private static final Pattern LINK = Pattern.compile("https?://[^\\s\\p{Z}]", Pattern.CASE_INSENSITIVE);
    /** Redis' clock can be set back. So the times of messages may be a little out of order. */
    private static final long CLOCK_STEP = TimeUnit.HOURS.toMillis(1);

    Verdict of(Entry message) {
        var json = json(message);
        var time = json.path("time").asLong();
        if (time < since) {
            return time < since - CLOCK_STEP ? Verdict.TOO_OLD : Verdict.OTHER;
        }
        return time < until && fits(json) ? Verdict.FOUND : Verdict.OTHER;
    }

    private boolean fits(JsonNode json) {
        var text = json.path("text").asText(); // empty if the message was deleted
        return (from == null || json.path("from").path("id").asText().equals(from))
                && (has == null || has(json, text, has))
                && words.areIn(text);
    }

    private static boolean has(JsonNode json, String text, Has has) {
        return switch (has) {
            case ATTACHMENT -> !json.path("attachments").isEmpty();
            case LINK -> LINK.matcher(text).find();
        };
    }

    private static JsonNode json(Entry message) {
        try {
            return Codec.json().readTree(message.json());
        } catch (IOException _) { // its message can quote the text, which is never logged
            throw new IllegalStateException("message " + message.id() + " is stored in a wrong form");
        }
    }
}
