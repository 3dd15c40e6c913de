package dev.bincang.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bincang.BincangConfig;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Text;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.room.Right;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the author of a message writes. An edit replaces all of it.
 *
 * @param text may be empty if there is an attachment or data
 * @param mentions ids of users
 * @param mentionAll whether all members are mentioned
 * @param data a JSON object of the application's own
 */
public record Content(
        @Nullable String text,
        @Nullable List<String> mentions,
        @Nullable Boolean mentionAll,
        @Nullable List<Attachment> attachments,
        @Nullable ObjectNode data) {

    /** The limits of a content. */
    record Limits(int textLength, int mentions, int attachments, int dataSize) {
        static Limits of(BincangConfig config) {
            var of = config.messages();
            return new Limits(
                    config.limits().textLength(),
                    of.mentions(),
                    of.attachments(),
                    Math.toIntExact(of.dataSize().asLongValue()));
        }
    }

    /** A content that is only a text. */
    public static Content of(String text) {
        return new Content(text, null, null, null, null);
    }

    /** Returns what is wrong with this content; null if nothing is. */
    @Nullable
    Refusal wrong(Limits limits) {
        if (text == null && !hasMore()) {
            return Refusal.bad("text: missing");
        }
        var words = text == null ? "" : text;
        if (words.isEmpty() && !hasMore()) {
            return Refusal.bad("text: is empty");
        }
        var wrong = words.isEmpty() ? null : Text.wrong(words, limits.textLength, true);
        if (wrong != null) {
            var code = wrong.startsWith("is longer") ? ErrorCode.TOO_LARGE : ErrorCode.BAD_REQUEST;
            return new Refusal(code, "text: " + wrong);
        }
        var mentioned = wrongMentions(limits.mentions);
        if (mentioned != null) {
            return mentioned;
        }
        var attached = wrongAttachments(limits.attachments);
        return attached != null ? attached : wrongData(limits.dataSize);
    }

    private boolean hasMore() {
        return (attachments != null && !attachments.isEmpty()) || data != null;
    }

    private @Nullable Refusal wrongMentions(int most) {
        if (mentions == null) {
            return null;
        }
        if (mentions.size() > most) {
            return new Refusal(ErrorCode.TOO_LARGE, "mentions: at most " + most + " users are allowed");
        }
        for (var user : mentions) {
            var wrong = user == null ? "is null" : User.wrongId(user);
            if (wrong != null) {
                return Refusal.bad("mentions: a user's id " + wrong);
            }
        }
        return null;
    }

    private @Nullable Refusal wrongAttachments(int most) {
        if (attachments == null) {
            return null;
        }
        if (attachments.size() > most) {
            return new Refusal(ErrorCode.TOO_LARGE, "attachments: at most " + most + " are allowed");
        }
        for (var attachment : attachments) {
            var wrong = attachment == null ? "one is null" : attachment.wrong();
            if (wrong != null) {
                return Refusal.bad("attachments: " + wrong);
            }
        }
        return null;
    }

    private @Nullable Refusal wrongData(int most) {
        return data != null && json(data).length > most
                ? new Refusal(ErrorCode.TOO_LARGE, "data: must have at most " + most + " bytes")
                : null;
    }

    /** All but the mentions, as JSON members after a comma. */
    byte[] json() {
        var out = new ByteArrayOutputStream();
        out.writeBytes(Codec.textMember(text == null ? "" : text));
        if (attachments != null && !attachments.isEmpty()) {
            out.writeBytes(ascii(",\"attachments\":"));
            out.writeBytes(json(attachments));
        }
        if (data != null) {
            out.writeBytes(ascii(",\"data\":"));
            out.writeBytes(json(data));
        }
        return out.toByteArray();
    }

    /** The arguments of {@code mentions.lua}. */
    List<Object> mentionArguments() {
        var arguments = new ArrayList<Object>(List.of(Right.MENTION_ALL.wire(), mentionsAll() ? "1" : ""));
        for (var user : new LinkedHashSet<>(Objects.requireNonNullElse(mentions, List.<String>of()))) {
            arguments.add(Keys.escape(user));
            arguments.add(json(user));
        }
        return arguments;
    }

    private boolean mentionsAll() {
        return Boolean.TRUE.equals(mentionAll);
    }

    /** The content as text, for the digest of a command. */
    String digested() {
        return new String(json(), StandardCharsets.UTF_8) + " " + mentions + " " + mentionsAll();
    }

    private static byte[] json(Object value) {
        try {
            return Codec.json().writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
