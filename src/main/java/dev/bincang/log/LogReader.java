package dev.bincang.log;

import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Reads rooms' logs, on the master. Every read fails with {@code Refusal} {@code unavailable} when Redis is away. Two
 * implementations: Redis', and the model's in the tests.
 */
public interface LogReader {

    /** From a position, inclusively: at most {@code count} entries behind it and about {@code bytes} of JSON. */
    Uni<Page> read(RoomId room, Id position, int count, int bytes);

    /** The newest entries, in order. */
    Uni<List<Entry>> newest(RoomId room, int count, int bytes);

    /** The newest of these ids (given newest first) that the log still has, or {@link Id#ZERO}. */
    Uni<Id> fork(RoomId room, List<Id> ids);

    /** The head of each room, in the same order; {@link Id#ZERO} where Redis has none. */
    Uni<List<Id>> heads(List<RoomId> rooms);
}
