package dev.bincang.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.regex.Pattern;

/**
 * The idempotency key of a durable command, {@code [A-Za-z0-9_-]{1,64}}. The client makes it. A command with the same
 * key of the same user in the same room takes effect once, however often it is sent. Any other form is an {@link
 * IllegalArgumentException}.
 */
@RegisterForReflection
public record Key(@JsonValue String value) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Key {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("a key has 1 to 64 characters of A-Z a-z 0-9 _ -");
        }
    }
}
