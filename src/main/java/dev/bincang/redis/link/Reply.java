package dev.bincang.redis.link;

import io.vertx.redis.client.Response;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An answer from Redis, without the client's types. Methods whose result may be null return null for nil. */
public final class Reply {

    private final @Nullable Response response;

    Reply(@Nullable Response response) {
        this.response = response;
    }

    public boolean isNil() {
        return response == null;
    }

    /** The number of elements of an array. */
    public int size() {
        return response == null ? 0 : response.size();
    }

    public Reply at(int index) {
        return new Reply(some().get(index));
    }

    /** The value of a field, of a map or of a list in which names and values alternate; empty if there is none. */
    public String field(String name) {
        var value = some().get(name);
        return value == null ? "" : value.toString();
    }

    public String text() {
        return some().toString();
    }

    public byte[] bytes() {
        return some().toBytes();
    }

    /** The texts of an array. */
    public List<String> texts() {
        return IntStream.range(0, size()).mapToObj(i -> at(i).text()).toList();
    }

    public long number() {
        var number = some().toLong();
        if (number == null) {
            throw new IllegalStateException("no number: " + text());
        }
        return number;
    }

    private Response some() {
        if (response == null) {
            throw new IllegalStateException("Redis answered nil instead of a value");
        }
        return response;
    }
}
