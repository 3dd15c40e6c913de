package dev.bincang.log;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.Script;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.stream.Stream;

/** Changes something in a room without an event. The step that writes also decides who may. */
@Singleton
public class Changes {

    /** A feature's part of the script that changes: what must hold, and what changes. */
    public static final class ChangeRule {
        private final Script script;

        private ChangeRule(Script script) {
            this.script = script;
        }
    }

    /**
     * Writes the event that tells changes which were made without one. The pod that makes such a change does it soon after;
     * the sweeper does it in case that pod has died.
     */
    public interface Untold {

        /** Writes the event about this message, if there is something to tell. Fails with {@code unavailable}. */
        Uni<Void> tell(RoomId room, Id message);
    }

    private final RedisCommands link;
    private final Keys keys;
    private final String open;

    Changes(RedisCommands link, Keys keys, BincangConfig config) {
        this.link = link;
        this.keys = keys;
        open = config.rooms().open() ? "1" : "";
    }

    /** Makes a rule of the named scripts beside {@code owner}. {@code change.lua} says what they must define. */
    public ChangeRule rule(Class<?> owner, String... names) {
        var parts = Stream.of(
                        Stream.of("role.lua", "head.lua", "extras.lua", "trim.lua")
                                .map(name -> Script.source(Changes.class, name)),
                        Stream.of(names).map(name -> Script.source(owner, name)),
                        Stream.of(Script.source(Changes.class, "change.lua")))
                .flatMap(part -> part);
        return new ChangeRule(new Script(link, parts.toArray(String[]::new)));
    }

    /**
     * Makes the change. Fails with {@code not_found} if the user may not know the room, with {@code forbidden} or any other
     * refusal of the rule, and with {@code unavailable}: then the change may or may not be made, and a retry is safe.
     *
     * @param target the message that it is about
     * @return the rule's text about it
     */
    public Uni<String> make(RoomId room, Id target, RoomLog.By by, ChangeRule rule, Object... args) {
        var all = new ArrayList<>(Collections.<Object>nCopies(19, ""));
        all.set(3, target);
        all.set(13, by.user());
        all.set(14, by.admin() ? "1" : "");
        all.set(15, by.roles());
        all.set(16, room.isReserved() ? "" : open);
        all.set(17, room);
        Collections.addAll(all, args);
        return rule.script
                .write(RoomLog.declared(keys, room), all.toArray())
                .map(reply -> RoomLog.stored(reply).detail());
    }
}
