package dev.bincang.transport.http;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The entity tags of {@code If-Match} or {@code If-None-Match} (RFC 9110 sections 8.8.3 and 13.1).
 *
 * @param any whether the value is {@code *}
 * @param strong the strong tags, without quotes
 * @param weak the weak tags, without {@code W/} and quotes
 */
public record EntityTags(boolean any, List<String> strong, List<String> weak) {

    private static final Pattern TAG =
            Pattern.compile("[ \\t]*(?:(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"[ \\t]*)?(?:,|$)");

    /**
     * Parses the values of all lines of the header.
     *
     * @throws IllegalArgumentException if they are not well-formed
     */
    public static EntityTags parse(List<String> headers) {
        var text = String.join(",", headers);
        if (text.strip().equals("*")) {
            return new EntityTags(true, List.of(), List.of());
        }
        var strong = new ArrayList<String>();
        var weak = new ArrayList<String>();
        var tags = TAG.matcher(text);
        for (int at = 0; at < text.length(); at = tags.end()) {
            if (!tags.find(at) || tags.start() != at) {
                throw new IllegalArgumentException("must be a list of entity tags in double quotes, or *");
            }
            if (tags.group(2) != null) {
                (tags.group(1) == null ? strong : weak).add(tags.group(2));
            }
        }
        if (strong.isEmpty() && weak.isEmpty()) {
            throw new IllegalArgumentException("must be at least one entity tag, or *");
        }
        return new EntityTags(false, strong, weak);
    }

    /** Whether the tag matches, by the weak comparison that {@code If-None-Match} uses. */
    public boolean has(String tag) {
        return any || strong.contains(tag) || weak.contains(tag);
    }
}
