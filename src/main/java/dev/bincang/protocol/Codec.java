package dev.bincang.protocol;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.JsonpCharacterEscapes;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules for JSON, and how {@link Frame} is encoded to bytes. {@code command} decodes. Safe for any thread.
 */
public final class Codec {

    private static final int MAX_DEPTH = 16;
    private static final String NO_EVENTS = ",\"events\":[]";

    private static final JsonMapper JSON = JsonMapper.builder(new JsonFactoryBuilder()
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(32)
                            .build())
                    .characterEscapes(JsonpCharacterEscapes.instance()) // U+2028, U+2029: line ends for some
                    .build())
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // an application's data keep their digits
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();
    private static final ObjectWriter FRAMES = JSON.writerFor(Frame.class);

    private Codec() {}

    /** A frame that is not a valid command. It has the frame's {@code req} if that could be read. */
    public static final class BadFrame extends Exception {
        private static final long serialVersionUID = 1;

        private final @Nullable Long req;

        public BadFrame(@Nullable Long req, String message) {
            super(message, null, false, false);
            this.req = req;
        }

        public @Nullable Long req() {
            return req;
        }
    }

    /** Whether the text is an array of frames, not one frame. */
    public static boolean isArray(String text) {
        return text.stripLeading().startsWith("[");
    }

    /**
     * Splits an array into its frames, each as it was written. A text that is not an array is returned as one frame.
     *
     * @param most the highest number of frames; no more are read
     * @throws BadFrame if the text is not well-formed
     * @throws Refusal {@code too_large} if there are more frames
     */
    public static List<String> frames(String text, int most) throws BadFrame {
        if (!isArray(text)) {
            return List.of(text);
        }
        var frames = new ArrayList<String>();
        try (var parser = JSON.getFactory().createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (frames.size() == most) {
                    throw new Refusal(ErrorCode.TOO_LARGE, "at most " + most + " commands are allowed at once");
                }
                var start = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                parser.finishToken();
                frames.add(text.substring(start, (int) parser.currentLocation().getCharOffset()));
            }
            if (parser.nextToken() != null) {
                throw new BadFrame(null, "there is text after the array");
            }
            return frames;
        } catch (JsonProcessingException e) {
            throw new BadFrame(null, reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen: the text is in memory
        }
    }

    /** Joins frames that are already JSON into one JSON array. */
    public static byte[] array(List<byte[]> frames) {
        var out = new ByteArrayOutputStream();
        list(out, frames);
        return out.toByteArray();
    }

    /** The JSON mapper, for other JSON that the server reads or writes. It applies the same strict rules. */
    public static JsonMapper json() {
        return JSON;
    }

    public static byte[] encode(Refusal.Problem problem) {
        try {
            return JSON.writeValueAsBytes(problem);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] encode(Frame frame) {
        try {
            return FRAMES.writeValueAsBytes(frame);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a message as a JSON member after a comma. */
    public static byte[] textMember(String text) {
        try {
            return (",\"text\":" + JSON.writeValueAsString(text)).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Encodes an answer that has events. They are already JSON.
     *
     * @param answer a record with the component {@code events}, which is an empty list here
     */
    public static byte[] encode(Answer answer, List<byte[]> events) {
        var frame = new String(encode(answer), StandardCharsets.UTF_8);
        var list = frame.indexOf(NO_EVENTS) + NO_EVENTS.length() - 2;
        if (list < NO_EVENTS.length() - 2) {
            throw new IllegalArgumentException(answer + " has no empty list of events");
        }
        var out = new ByteArrayOutputStream(
                frame.length() + events.stream().mapToInt(e -> e.length + 1).sum());
        out.writeBytes(frame.substring(0, list).getBytes(StandardCharsets.UTF_8));
        list(out, events);
        out.writeBytes(frame.substring(list + 2).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static void list(ByteArrayOutputStream out, List<byte[]> items) {
        out.write('[');
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.writeBytes(items.get(i));
        }
        out.write(']');
    }

    /** Tells a client why a text could not be read. The sentence begins with the name of the field, if there is one. */
    public static String reason(JsonProcessingException e) {
        return switch (e) {
            case InvalidTypeIdException _ -> "type: missing or unknown";
            case ValueInstantiationException v
            when v.getCause() instanceof IllegalArgumentException cause -> field(v) + cause.getMessage();
            case MismatchedInputException m -> field(m) + "missing or of the wrong type";
            case JsonMappingException m
            when m.getCause() instanceof InputCoercionException -> field(m) + "out of range";
            default -> "not well-formed JSON, or nested deeper than " + MAX_DEPTH;
        };
    }

    private static String field(JsonMappingException e) {
        return e.getPath().isEmpty() || e.getPath().getFirst().getFieldName() == null
                ? ""
                : e.getPath().getFirst().getFieldName() + ": ";
    }

    /** The top-level {@code req} of a frame that could not be read as a command. Null if it cannot be found. */
    public static @Nullable Long req(String text) {
        try (var parser = JSON.getFactory().createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                if (name.equals("req")) {
                    return value == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : null;
                }
                parser.skipChildren();
            }
            return null;
        } catch (IOException e) {
            return null; // the answer has no req: it reports the frame's own error
        }
    }
}
