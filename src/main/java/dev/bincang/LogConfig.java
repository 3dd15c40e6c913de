package dev.bincang;

import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much of a room is kept in Redis. */
public interface LogConfig {

    /** Messages kept per room. Up to 32 more may stay for a while. */
    @WithDefault("10000")
    @Range(min = "1", max = "100000000")
    int maxMessages();

    /** Events of all kinds kept per room: messages, edits, deletions, changes of members. Up to 32 more may stay for a while. */
    @WithDefault("40000")
    @Range(min = "1", max = "400000000")
    int maxEvents();

    /** How long an event is kept. */
    @WithDefault("30d")
    @Range(min = "1s", max = "36500d")
    Duration maxAge();

    /** Redis memory for the log of one room, counted as the bytes of its events and of old texts that are kept, and 160 for each event. */
    @WithDefault("16M")
    @Range(min = "1K", max = "16G")
    MemorySize maxSize();

    /** Redis memory for the audit trail, and the same again for the log of reports. Each is trimmed by this limit and by age, never by count. */
    @WithDefault("64M")
    @Range(min = "1M", max = "16G")
    MemorySize auditSize();

    /** Replicas that must have an event before its sender gets the `ok`. If they do not have it in time, the answer is `unavailable`; a retry with the same key is safe. */
    @WithDefault("0")
    @Range(min = "0", max = "10")
    int replicas();

    /** Whether an event must be on disk, at the master and at these replicas, before its sender gets the `ok`. It needs Redis 7.2 or newer with `appendonly yes`. */
    @WithDefault("false")
    boolean fsync();

    /** How often one of the pods looks for events that are too old. */
    @WithDefault("5m")
    @Range(min = "1s", max = "1d")
    Duration sweepInterval();
}
