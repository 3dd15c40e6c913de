package dev.bincang.log;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import dev.bincang.redis.link.Reply;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Removes what one room need not keep any more, in steps of less than a millisecond of Redis. */
@Singleton
class Sweep {

    private static final int ARGUMENTS = 20;

    private final Script sweep;
    private final RedisCommands link;
    private final Keys keys;
    private final Retention retention;
    private final Instance<Changes.Untold>
            untold; // not the bean itself, which writes to the log and so needs this class
    private final long intervalMs;

    Sweep(RedisCommands link, Keys keys, Retention retention, Instance<Changes.Untold> untold, BincangConfig config) {
        this.untold = untold;
        this.link = link;
        this.keys = keys;
        this.retention = retention;
        sweep = RoomLog.script(link, "role.lua", "head.lua", "extras.lua", "trim.lua", "sweep.lua");
        intervalMs = config.log().sweepInterval().toMillis();
    }

    /**
     * Removes the invitation links of a deleted room, and sweeps it. If that fails, Redis removes the links at their end,
     * and until then they admit nobody.
     */
    Uni<Long> deleted(RoomId room) {
        return link.call("UNLINK", keys.of(room).invites()).chain(() -> room(room));
    }

    /** Sweeps until nothing is left to do. Returns the number of events removed. Fails with {@code unavailable}. */
    Uni<Long> room(RoomId room) {
        var args = new Object[ARGUMENTS]; // at the places that they have in append.lua
        Arrays.fill(args, "");
        args[7] = retention.messages(room);
        args[8] = retention.events(room);
        args[9] = retention.bytes(room);
        args[12] = retention.keysMs();
        args[17] = room;
        args[18] = retention.ageMs(room);
        args[19] = intervalMs;
        return Multi.createBy()
                .repeating()
                .uni(() -> sweep.run(RoomLog.declared(keys, room), args))
                .whilst(reply -> reply.at(1).text().equals("1"))
                .collect()
                .in(Swept::new, Swept::add)
                .call(swept -> tell(room, swept.untold))
                .map(swept -> swept.removed);
    }

    private Uni<Void> tell(RoomId room, List<Id> messages) {
        return Multi.createFrom()
                .iterable(messages)
                .onItem()
                .transformToUniAndConcatenate(message -> untold.get().tell(room, message))
                .collect()
                .asList()
                .replaceWithVoid();
    }

    /** What the steps of one sweep have done. */
    private static final class Swept {
        private long removed;
        private final List<Id> untold = new ArrayList<>();

        private void add(Reply reply) {
            removed += reply.at(0).number();
            for (int i = 2; i < reply.size(); i++) {
                untold.add(Id.parse(reply.at(i).text()));
            }
        }
    }
}
