package dev.bincang.redis.link;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;

/**
 * Who must have a write before it is answered.
 *
 * @param replicas the number of replicas that must have it in memory
 * @param fsync whether it must be on disk at the master and at these replicas
 * @param patience how long WAIT or WAITAOF waits for them
 */
public record Durability(int replicas, boolean fsync, Duration patience) {

    /** Whether a write is answered only after more than the master's memory has it. */
    public boolean isOn() {
        return replicas > 0 || fsync;
    }

    /** The command that waits until all earlier writes of its connection are durable. */
    Request waiting() {
        return fsync
                ? Request.cmd(Command.create("WAITAOF")).arg(1).arg(replicas).arg(patience.toMillis())
                : Request.cmd(Command.WAIT).arg(replicas).arg(patience.toMillis());
    }

    /** Whether an answer to {@link #waiting} says that the writes are durable. */
    boolean isMet(Reply answer) {
        return fsync ? answer.at(0).number() >= 1 && answer.at(1).number() >= replicas : answer.number() >= replicas;
    }
}
