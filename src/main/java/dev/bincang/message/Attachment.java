package dev.bincang.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.bincang.protocol.Text;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that a message refers to. Bincang stores the reference, not the file.
 *
 * @param url where the file is: an absolute URL with the scheme https or http (RFC 3986)
 * @param type the media type, for example {@code image/png} (RFC 6838)
 * @param name the name of the file, for people to read
 * @param size in bytes
 * @param width in pixels
 * @param height in pixels
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record Attachment(
        String url,
        @Nullable String type,
        @Nullable String name,
        @Nullable Long size,
        @Nullable Integer width,
        @Nullable Integer height) {

    private static final int URL_LENGTH = 2_000;
    private static final int NAME_LENGTH = 255;
    private static final long LARGEST = 1L << 53;
    private static final int WIDEST = 1_000_000;
    private static final Set<String> SCHEMES = Set.of("https", "http");
    private static final Pattern MEDIA_TYPE = Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,63}/[A-Za-z0-9!#$&^_.+-]{1,63}");

    /** Tells what is wrong, beginning with the name of the field. Null if nothing is. */
    @Nullable
    String wrong() {
        if (url == null) { // Jackson leaves a missing field null
            return "url: missing";
        }
        if (url.length() > URL_LENGTH || !isLink(url)) {
            return "url: must be an absolute URL with https or http, of at most " + URL_LENGTH + " characters";
        }
        if (type != null && !MEDIA_TYPE.matcher(type).matches()) {
            return "type: must be a media type, for example image/png";
        }
        var wrongName = name == null ? null : Text.wrong(name, NAME_LENGTH, false);
        if (wrongName != null) {
            return "name: " + wrongName;
        }
        if (size != null && (size < 0 || size > LARGEST)) {
            return "size: must be a number from 0 to " + LARGEST;
        }
        return wrongPixels("width", width) != null ? wrongPixels("width", width) : wrongPixels("height", height);
    }

    private static @Nullable String wrongPixels(String field, @Nullable Integer pixels) {
        return pixels != null && (pixels < 1 || pixels > WIDEST)
                ? field + ": must be a number from 1 to " + WIDEST
                : null;
    }

    private static boolean isLink(String url) {
        try {
            var uri = new URI(url);
            return uri.getScheme() != null
                    && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
                    && uri.getHost() != null;
        } catch (URISyntaxException _) {
            return false;
        }
    }
}
