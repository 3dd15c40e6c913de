package dev.bincang.hub;

import dev.bincang.log.Entry;
import dev.bincang.log.LogReader;
import dev.bincang.log.Page;
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

/** One room's log in memory, that can be trimmed and rolled back, and is read some time after it was asked. */
final class ModelLog implements LogReader {

    final List<Entry> entries = new ArrayList<>();
    /** The true predecessor of every event that ever was. */
    final Map<Id, Id> predecessor = new HashMap<>();
    /** Seqs that were trimmed at some time: only these may be in a gap. */
    long trimmedUpTo;

    Id head = Id.ZERO;
    double failing;

    private final Simulation world;
    private final Simulation.Line link;

    ModelLog(Simulation world) {
        this.world = world;
        link = world.line();
    }

    Entry append() {
        var id = new Id(head.seq() + 1, world.random.nextInt(1 << 30));
        var entry = new Entry(id, head, "message", "a", id.toString().getBytes(StandardCharsets.US_ASCII));
        predecessor.put(id, head);
        entries.add(entry);
        head = id;
        return entry;
    }

    void trim(int keep) {
        while (entries.size() > keep) {
            trimmedUpTo = Math.max(trimmedUpTo, entries.removeFirst().id().seq());
        }
    }

    /** A failover to a replica that had not got the last ones. */
    void rollBack(int events) {
        for (int i = 0; i < events && !entries.isEmpty(); i++) {
            head = entries.removeLast().prev();
        }
    }

    /** Emptied, head and all. */
    void flush() {
        entries.clear();
        head = Id.ZERO;
    }

    /** All ids of the present history. */
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
                    var result = read.get();
                    link.execute(() -> emitter.complete(result));
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
                        .toList()));
    }

    @Override
    public Uni<List<Entry>> newest(RoomId room, int count, int bytes) {
        return later(() -> List.copyOf(entries.subList(Math.max(0, entries.size() - count), entries.size())));
    }

    @Override
    public Uni<Id> fork(RoomId room, List<Id> ids) {
        return later(() -> ids.stream()
                .filter(id -> id.equals(head) || entries.stream().anyMatch(e -> e.id().equals(id)))
                .findFirst()
                .orElse(Id.ZERO));
    }

    @Override
    public Uni<List<Id>> heads(List<RoomId> rooms) {
        return later(() -> rooms.stream().map(_ -> head).toList());
    }
}
