package dev.bincang.log;

import dev.bincang.message.Messages;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Rooms;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** Messages to be logged, as the use case would make them. */
final class Drafts {

    private Drafts() {}

    static RoomLog.Draft draft(RoomId room, String text, String digest, String hash) {
        return new RoomLog.Draft(
                ThreadLocalRandom.current().nextLong(1L << 32),
                "message",
                "ana",
                null,
                "{\"type\":\"message\",\"room\":\"" + room + "\"",
                new byte[0],
                (",\"text\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8),
                digest,
                hash);
    }

    /**
     * Edits or deletes a message as {@code message/Messages} does.
     *
     * @param most the number of old texts to keep
     */
    static Uni<RoomLog.Stored> amend(
            RoomLog log, RoomId room, String kind, String author, Id target, byte[] rest, int most) {
        var draft = new RoomLog.Draft(
                7,
                kind,
                author,
                target,
                "{\"type\":\"" + kind + "\",\"room\":\"" + room + "\"",
                new byte[0],
                rest,
                "",
                "");
        var by = new RoomLog.By(author, false, " visitor owner ");
        var rule = log.rule(Messages.class, "posting.lua", "text.lua", "thread.lua", "mentions.lua", "amend.lua");
        return log.append(room, draft, by, rule, 1, 1_000, 1L << 30, "", most);
    }

    /** Appends it as the server does, which asks nobody. */
    static Uni<RoomLog.Stored> append(RoomLog log, RoomId room, RoomLog.Draft draft) {
        var by = new RoomLog.By("ana", false, "");
        return log.append(room, draft, by, log.rule(Rooms.class, "notice.lua"));
    }
}
