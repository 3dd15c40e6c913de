package dev.bincang.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.bincang.log.ReadAccess;
import dev.bincang.log.RoomLog;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Right;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;

/** Lists the texts that a message had before it was edited. {@link Messages} keeps and removes them. */
@Singleton
public class MessageVersions {

    /** The old texts of a message, oldest first. */
    public record Versions(List<Version> versions) {}

    /**
     * An old text of a message.
     *
     * @param time when it was written, in milliseconds since 1970
     */
    public record Version(long time, String text) {}

    private final ReadAccess readAccess;
    private final RoomLog log;

    MessageVersions(ReadAccess readAccess, RoomLog log) {
        this.readAccess = readAccess;
        this.log = log;
    }

    /**
     * The old texts of a message. There are none if it was never edited, if it was deleted, or if the server does not
     * keep them.
     *
     * <p>Fails with {@code not_found} if the reader may not know the room, or if the log has no such message or has it
     * from before the reader could read, and with {@code forbidden} if their role does not allow it.
     */
    public Uni<Versions> of(Actor reader, RoomId room, Id message) {
        return readAccess
                .ask(room, reader.key(), reader.admin())
                .invoke(pass -> check(pass, message))
                .chain(() -> log.versions(room, message))
                .map(found -> new Versions(
                        found.stream().map(MessageVersions::version).toList()));
    }

    private static void check(ReadAccess.Pass pass, Id message) {
        Members.require(pass, Right.READ_VERSIONS);
        var from = pass.from();
        if (from != null && message.seq() <= from.seq()) {
            throw new Refusal(ErrorCode.NOT_FOUND, "id: from before you joined");
        }
    }

    private static Version version(RoomLog.Version stored) {
        try {
            var json = Codec.json().readTree("{" + stored.rest().substring(1)); // it begins with a comma
            return new Version(stored.time(), json.path("text").asText());
        } catch (JsonProcessingException e) { // not as the cause: its message can quote the text, which is never logged
            throw new IllegalStateException("an old text is stored in a wrong form: " + Codec.reason(e));
        }
    }
}
