package dev.bincang.room.invite;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.bincang.log.ReadAccess;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.room.Actor;
import dev.bincang.room.Members;
import dev.bincang.room.Right;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Makes several users members of a room that exists, one after the other. Each addition is an event of its own. */
@Singleton
public class Additions {

    /** What happened to one user. */
    public enum Result {
        ADDED,
        /** They were a member before. */
        ALREADY,
        REFUSED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What happened to one user.
     *
     * @param code why they were refused; null if they were not
     * @param detail the same, for people
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Addition(
            String user,
            Result result,
            @Nullable ErrorCode code,
            @Nullable String detail) {}

    private final Members members;
    private final ReadAccess readAccess;

    Additions(Members members, ReadAccess readAccess) {
        this.members = members;
        this.readAccess = readAccess;
    }

    /**
     * Adds the users in their order. Fails with {@code not_found} or {@code forbidden} if the actor may not add anybody.
     * After a refusal that a later try may not get, for example {@code rate_limited}, the rest get the same one.
     *
     * @param users of {@link Actor#others}
     */
    public Uni<List<Addition>> add(Actor actor, RoomId room, List<String> users) {
        return readAccess
                .ask(room, actor.key(), actor.admin())
                .invoke(pass -> Members.require(pass, Right.INVITE))
                .chain(() -> {
                    var over = new AtomicReference<@Nullable Refusal>();
                    return Multi.createFrom()
                            .iterable(users)
                            .onItem()
                            .transformToUniAndConcatenate(user -> add(actor, room, user, over))
                            .collect()
                            .asList();
                });
    }

    /** @param over the refusal that ends the work, as soon as there is one */
    private Uni<Addition> add(Actor actor, RoomId room, String user, AtomicReference<@Nullable Refusal> over) {
        var ended = over.get();
        if (ended != null) {
            return Uni.createFrom().item(refused(user, ended));
        }
        return members.add(actor, room, user)
                .map(added -> new Addition(user, added ? Result.ADDED : Result.ALREADY, null, null))
                .onFailure(Refusal.class)
                .recoverWithItem(refusal -> {
                    if (refusal.code().retry()) {
                        over.set(refusal);
                    }
                    return refused(user, refusal);
                });
    }

    private static Addition refused(String user, Refusal refusal) {
        return new Addition(user, Result.REFUSED, refusal.code(), String.valueOf(refusal.getMessage()));
    }
}
