package dev.bincang.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.Text;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads request bodies as strictly as frames. Jackson by itself guesses the encoding from the bytes, and accepts half
 * surrogate pairs in UTF-8.
 */
@Provider
@Consumes(MediaType.APPLICATION_JSON)
public class JsonBodies implements MessageBodyReader<Object> {

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return !type.isArray() && type != String.class;
    }

    /**
     * Returns null if there is no body.
     *
     * @throws Refusal {@code bad_request} if the body is not an object as the type has it; JSON's {@code null} is none
     */
    @Override
    public @Nullable Object readFrom(
            Class<Object> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        var json = Text.utf8(body.readAllBytes());
        if (json.isEmpty()) {
            return null;
        }
        try {
            var read = Codec.json().readValue(json, type);
            if (read == null) {
                throw Refusal.bad("the body is null");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw Refusal.bad(Codec.reason(e));
        }
    }
}
