package dev.bincang.ops;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.semconv.ClientAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Overwrites what must not leave the pod in a span: the query string of a request, which can contain a ticket, the
 * path that contains the token of an invitation link, and the client's address, which Quarkus copies from a header that
 * every client can send. OpenTelemetry can only overwrite an
 * attribute, not remove it.
 */
@Singleton
class OpenTelemetrySpans implements SpanProcessor {

    private static final List<AttributeKey<String>> HIDDEN =
            List.of(UrlAttributes.URL_QUERY, UrlAttributes.URL_FULL, ClientAttributes.CLIENT_ADDRESS);

    private static final String INVITES = "/api/invites/";

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        for (var attribute : HIDDEN) {
            if (span.getAttribute(attribute) != null) {
                span.setAttribute(attribute, "REDACTED");
            }
        }
        var path = span.getAttribute(UrlAttributes.URL_PATH);
        if (path != null && path.startsWith(INVITES)) {
            span.setAttribute(UrlAttributes.URL_PATH, INVITES + "REDACTED");
        }
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    /** No-op: {@link #isEndRequired} is false. */
    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
