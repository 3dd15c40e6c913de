package dev.bincang.hub;

import dev.bincang.log.Entry;
import dev.bincang.log.LogReader;
import dev.bincang.log.Page;
import dev.bincang.log.ReadAccess.Pass;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One room's log in memory. It can be trimmed and rolled back, and its answers are late. */
final class ModelLog implements LogReader {

    static final List<String> USERS = List.of("ana", "ben", "cleo", "dan");

    final List<Entry> entries = new ArrayList<>();
    /** The true predecessor of every event that ever existed. */
    final Map<Id, Id> predecessor = new HashMap<>();
    /** The message that an event changed, for every event that ever existed. */
    final Map<Id, Id> targets = new HashMap<>();
    /** The seqs that were ever trimmed: only these may be in a gap. */
    long trimmedUpTo;

    Id head = Id.ZERO;
    double failing;
    private int failovers;
    /** The number of failovers before the user's last check. */
    private final Map<String, Integer> answered = new HashMap<>();

    /**
     * The users who could read the room after an event: each member since some event, and everybody if the room is
     * open.
     */
    private record Rights(boolean open, Map<String, Id> members) {
        boolean may(String user) {
            return open || members.containsKey(user);
        }
    }

    /** Whether new members see only what comes after they joined. */
    final boolean joinedOnly;
    /** The seq up to which a user was told that they may not read. */
    private final Map<String, Long> hiddenUpTo = new HashMap<>();

    private final Map<Id, Rights> rights = new HashMap<>();
    /** The users who could read the room after this event or after a later one, in any history. */
    private final Map<Id, Set<String>> readers = new HashMap<>();

    private final Simulation world;
    private final Simulation.Line link;

    ModelLog(Simulation world) {
        this.world = world;
        link = world.line();
        joinedOnly = world.chance(0.5);
        var all = new HashMap<String, Id>();
        USERS.forEach(user -> all.put(user, Id.ZERO));
        rights.put(Id.ZERO, new Rights(true, all));
        readers.put(Id.ZERO, new HashSet<>(USERS));
    }

    /** Mostly a message. Sometimes a member is added or removed, or the room is closed to non-members or opened. */
    Entry append() {
        var was = rights.get(head);
        var kind = "message";
        var about = USERS.get(world.random.nextInt(USERS.size()));
        var open = was.open;
        var members = new HashMap<>(was.members);
        var messages =
                entries.stream().filter(entry -> entry.kind().equals("message")).toList();
        if (!messages.isEmpty() && world.chance(0.2)) {
            var target = messages.get(world.random.nextInt(messages.size())).id();
            return append("edited", about, was, target);
        }
        if (world.chance(0.1)) {
            kind = members.remove(about) != null ? Entry.OUT : "message";
        } else if (world.chance(0.1)) {
            kind = "member";
        } else if (world.chance(0.05)) {
            kind = Entry.RULES;
            open = !open;
        }
        return append(kind, about, new Rights(open, members));
    }

    /** An event that changes no rights. */
    Entry appendMessage() {
        return append("message", USERS.getFirst(), rights.get(head));
    }

    private Entry append(String kind, String about, Rights now) {
        return append(kind, about, now, null);
    }

    private Entry append(String kind, String about, Rights now, @Nullable Id target) {
        var id = new Id(head.seq() + 1, world.random.nextInt(1 << 30));
        var text = kind.equals("message") || target != null ? id.toString() : "";
        var entry = entry(id, head, kind, about, target, text);
        if (target != null) {
            targets.put(id, target);
        }
        if (kind.equals("member")) {
            now.members.putIfAbsent(about, id);
        }
        predecessor.put(id, head);
        rights.put(id, now);
        readers.put(id, new HashSet<>());
        for (var user : USERS) {
            for (var at = id;
                    rights.get(id).may(user) && at != null && readers.get(at).add(user) && !joinedOnly; ) {
                at = predecessor.get(at);
            }
        }
        entries.add(entry);
        head = id;
        return entry;
    }

    /** The frame has its id, and after it the text: the id of the event that gave the message this text. */
    private static Entry entry(Id id, Id prev, String kind, String about, @Nullable Id target, String text) {
        var kept = "{\"e\":\"" + id + "\"";
        var json = kept + (text.isEmpty() ? "}" : ",\"t\":\"" + text + "\"}");
        return new Entry(id, prev, kind, about, target, json.getBytes(StandardCharsets.US_ASCII), kept.length());
    }

    /** The text that a message in the log has now; empty if it is not in the log. */
    String textOf(Id message) {
        var text = "";
        for (var entry : entries) {
            if (entry.id().equals(message) || (message.equals(entry.target()) && !text.isEmpty())) {
                text = entry.id().toString();
            }
        }
        return text;
    }

    /** An entry as it is read now: an event that changes a message has the text of the message. */
    private Entry asNow(Entry entry) {
        var target = entry.target();
        var text = target != null ? textOf(target) : entry.kind().equals("message") ? textOf(entry.id()) : "";
        return entry(entry.id(), entry.prev(), entry.kind(), entry.about(), target, text);
    }

    /** Whether the user may not have heard of events up to this seq, because they were not allowed to read them. */
    boolean wasHidden(String user, long seq) {
        return seq <= hiddenUpTo.getOrDefault(user, 0L);
    }

    /**
     * Whether the user may see this event, by the rights since its time. What a failover has taken does not count: a
     * removal in it is undone, and a pod that has not noticed the failover may show some of the rest.
     */
    boolean couldRead(String user, Id id) {
        return readers.get(predecessor.get(id)).contains(user)
                || !history().contains(id)
                || (failovers > 0 && answered.getOrDefault(user, -1) < failovers);
    }

    /** The user joins. Without a check the pod's own knowledge decides, which may be from before a failover. */
    void joins(String user) {
        answered.remove(user);
    }

    /** Whether a user at this position may hear signals, by the rights since. */
    boolean mayHear(String user, Id position) {
        return readers.get(position).contains(user) || failovers > 0;
    }

    boolean mayRead(String user) {
        return rights.get(head).may(user);
    }

    /** Checks access as {@code ReadAccess} does: reads now, answers later. */
    Uni<Pass> pass(String user) {
        return later(() -> {
            if (!mayRead(user)) {
                throw new Refusal(ErrorCode.NOT_FOUND, "no such room");
            }
            answered.put(user, failovers);
            return new Pass("member", "model", head, from(user), rights.get(head).open && !joinedOnly);
        });
    }

    private @Nullable Id from(String user) {
        if (!joinedOnly) {
            return null;
        }
        var since = rights.get(head).members.get(user);
        var from = since == null ? head : since; // a non-member is new at every moment
        hiddenUpTo.merge(user, from.seq(), Math::max);
        return from;
    }

    /** Whether a user may be told that the events up to this seq do not come. */
    boolean mayBeMissing(String user, long seq) {
        return seq <= trimmedUpTo || seq <= hiddenUpTo.getOrDefault(user, 0L);
    }

    void trim(int keep) {
        while (entries.size() > keep) {
            trimmedUpTo = Math.max(trimmedUpTo, entries.removeFirst().id().seq());
        }
    }

    /** A failover to a replica that has not received the last events. */
    void rollBack(int events) {
        failovers++;
        for (int i = 0; i < events && !entries.isEmpty(); i++) {
            head = entries.removeLast().prev();
        }
    }

    /** Deletes everything, the head too. */
    void flush() {
        failovers++;
        entries.clear();
        head = Id.ZERO;
    }

    /** Whether an event is before the other one or the same, in any history. */
    boolean descends(Id id, Id from) {
        var at = id;
        while (at != null && at.seq() > from.seq()) {
            at = predecessor.get(at);
        }
        return from.equals(at) || from.equals(Id.ZERO);
    }

    /** All ids of the current history. */
    Set<Id> history() {
        var ids = new HashSet<Id>();
        for (var id = head; !id.equals(Id.ZERO); id = predecessor.get(id)) {
            ids.add(id);
        }
        ids.add(Id.ZERO);
        return ids;
    }

    private <T> Uni<T> later(Supplier<T> read) {
        return Uni.createFrom()
                .emitter(emitter -> link.execute(() -> {
                    if (world.chance(failing)) {
                        link.execute(() -> emitter.fail(new Refusal(ErrorCode.UNAVAILABLE, "away")));
                        return;
                    }
                    try {
                        var result = read.get();
                        link.execute(() -> emitter.complete(result));
                    } catch (Refusal refusal) {
                        link.execute(() -> emitter.fail(refusal));
                    }
                }));
    }

    @Override
    public Uni<Page> read(RoomId room, Id position, int count, int bytes) {
        return later(() -> new Page(
                head,
                entries.isEmpty() ? null : entries.getFirst().id(),
                entries.stream()
                        .filter(e -> e.id().seq() > position.seq()
                                || (e.id().seq() == position.seq() && e.id().tag() >= position.tag()))
                        .limit(Math.min(count, 6) + 1L)
                        .map(this::asNow)
                        .toList()));
    }

    @Override
    public Uni<List<Entry>> newest(RoomId room, int count, int bytes) {
        return later(() -> entries.subList(Math.max(0, entries.size() - count), entries.size()).stream()
                .map(this::asNow)
                .toList());
    }

    @Override
    public Uni<Id> fork(RoomId room, List<Id> ids) {
        return later(() -> ids.stream()
                .filter(id -> id.equals(head) || entries.stream().anyMatch(e -> e.id().equals(id)))
                .findFirst()
                .orElse(Id.ZERO));
    }

    @Override
    public Uni<Id> head(RoomId room) {
        return later(() -> head);
    }
}
