package dev.bincang.transport.http;

import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.common.util.MediaTypeHelper;
import org.jspecify.annotations.Nullable;

/** Chooses the media type of an answer by the request's {@code Accept} (RFC 9110 section 12.5.1). */
public final class Accept {

    private Accept() {}

    /**
     * The offered media type with the highest weight. Among equal weights, the one that the client names most exactly
     * wins, then the first one.
     *
     * @param headers the values of all {@code Accept} lines; an empty list allows everything
     * @param offered media types in lower case, at least one
     * @return null if the client allows none of them
     * @throws IllegalArgumentException if a value is not well-formed
     */
    public static @Nullable String best(List<String> headers, List<String> offered) {
        var ranges = headers.stream()
                .flatMap(header -> MediaTypeHelper.parseHeader(header).stream())
                .toList();
        ranges.forEach(Accept::weight);
        if (ranges.isEmpty()) {
            return offered.getFirst();
        }
        String best = null;
        double most = 0;
        int exactness = -1;
        for (var type : offered) {
            var range = mostExact(ranges, MediaType.valueOf(type));
            var weight = range == null ? 0 : weight(range);
            if (weight > most || (weight > 0 && weight == most && exactness(range) > exactness)) {
                best = type;
                most = weight;
                exactness = exactness(range);
            }
        }
        return best;
    }

    private static @Nullable MediaType mostExact(List<MediaType> ranges, MediaType type) {
        MediaType found = null;
        for (var range : ranges) {
            if (range.isCompatible(type) && exactness(range) > exactness(found)) {
                found = range;
            }
        }
        return found;
    }

    private static int exactness(@Nullable MediaType range) {
        return range == null ? -1 : range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
    }

    private static double weight(MediaType range) {
        var weight = range.getParameters().get("q");
        if (weight == null) {
            return 1;
        }
        if (!weight.matches("0?\\.\\d{1,3}|[01]\\.?|1\\.0{1,3}")) {
            throw new IllegalArgumentException("q must be a number from 0 to 1 with at most three decimals");
        }
        return Double.parseDouble(weight);
    }
}
