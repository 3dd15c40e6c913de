package dev.bincang.log;

import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Reads rooms' logs, on the Redis master. Every read fails with {@code Refusal} {@code unavailable} if Redis is not
 * reachable. Implementations: Redis ({@link RoomLog}), a wrapper that limits the reads at once ({@link PacedReads}),
 * and the model in the tests.
 */
public interface LogReader {

    /** Reads from a position, inclusively: at most {@code count} entries after it and about {@code bytes} of JSON. */
    Uni<Page> read(RoomId room, Id position, int count, int bytes);

    /** Reads the newest entries, oldest first: at most {@code count} and about {@code bytes} of JSON. */
    Uni<List<Entry>> newest(RoomId room, int count, int bytes);

    /** Finds the newest of these ids (given newest first) that the log still has; {@link Id#ZERO} if none. */
    Uni<Id> fork(RoomId room, List<Id> ids);

    /** Reads a room's head; {@link Id#ZERO} for a room that has none in Redis. */
    Uni<Id> head(RoomId room);
}
