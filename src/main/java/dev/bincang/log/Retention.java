package dev.bincang.log;

import dev.bincang.BincangConfig;
import dev.bincang.LogConfig;
import dev.bincang.protocol.RoomId;
import jakarta.inject.Singleton;

/** How much of a room's log is kept. What only admins read is trimmed by age and size, never by number. */
@Singleton
final class Retention {

    private final LogConfig config;
    private final long keysMs;
    private final long reportsMs;

    Retention(BincangConfig config) {
        this.config = config.log();
        keysMs = config.keys().time().toMillis();
        reportsMs = config.reports().keep().toMillis();
    }

    /** The number of messages to keep, if the room sets no other. */
    long messages(RoomId room) {
        return room.isForAdmins() ? Long.MAX_VALUE : config.maxMessages();
    }

    /** The number of events of all kinds to keep. */
    long events(RoomId room) {
        return room.isForAdmins() ? Long.MAX_VALUE : config.maxEvents();
    }

    /** The bytes of Redis' memory that the log may take. */
    long bytes(RoomId room) {
        return (room.isForAdmins() ? config.auditSize() : config.maxSize()).asLongValue();
    }

    /** How long an entry is kept, in milliseconds, if the room sets no other time. */
    long ageMs(RoomId room) {
        return room.equals(RoomId.REPORTS) ? reportsMs : config.maxAge().toMillis();
    }

    /** How long an idempotency key is kept at least, in milliseconds. */
    long keysMs() {
        return keysMs;
    }
}
