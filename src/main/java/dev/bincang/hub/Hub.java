package dev.bincang.hub;

import dev.bincang.BincangConfig;
import dev.bincang.hub.signal.PublishedSignal;
import dev.bincang.hub.signal.RecentSignals;
import dev.bincang.log.Entry;
import dev.bincang.log.LogReader;
import dev.bincang.log.PacedReads;
import dev.bincang.log.Page;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisChannels;
import dev.bincang.redis.retry.SeldomLog;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Holds one {@link Feed} for each room that this pod follows. A room is followed from its first local subscription
 * until some seconds after the last one has ended. Feeds run on the pub/sub link's event loop; calls from other loops
 * are passed on to it.
 */
public final class Hub implements RedisChannels.Listener {

    private static final Logger LOG = Logger.getLogger(Hub.class);

    private static final SeldomLog COMPARED = new SeldomLog(LOG);

    private final LogReader log;
    /** The log as feeds read it: with a limited number of reads at once. */
    private final PacedReads paced;

    private final Loop loop;
    private final Channels channels;
    private final Keys keys;
    private final Counters counters;
    private final BincangConfig config;
    private final Map<String, Feed> feeds = new HashMap<>();
    private boolean comparing;

    /** An event loop. It runs one task after another. */
    public interface Loop {

        /** Runs a task later, after all tasks that were given before it. Callable from any thread. */
        void execute(Runnable task);

        /** Runs a task on the loop, not before {@code delay} has passed. */
        void after(Duration delay, Runnable task);
    }

    /** An item that a feed sends, in order, to the event loops that have subscriptions to its room. */
    sealed interface Flow {
        RoomId room();

        /**
         * The audience is attached: it gets all events after {@code last}. Names the audience, so that a later one for
         * the same room ignores it.
         */
        record Attached(RoomId room, Audience audience, Id last, Ring ring, RecentSignals recent) implements Flow {}

        /** The link was down, and the feed has verified itself. Subscriptions ahead of it check themselves too. */
        record Checked(RoomId room) implements Flow {}

        record Event(RoomId room, Entry entry) implements Flow {}

        /** It comes after the events that the feed has sent before, and may be dropped. */
        record Signal(RoomId room, PublishedSignal signal) implements Flow {}

        /** Events {@code fromSeq} to {@code to.seq()} are lost. The feed continues after {@code to}. */
        record Gap(RoomId room, long fromSeq, Id to) implements Flow {}

        /** Everything after {@code from} is void; {@code dropped} are the void ids. The feed continues after it. */
        record Reset(RoomId room, Id from, Id head, Set<Id> dropped) implements Flow {}
    }

    /** The part of the pub/sub link that the hub needs. */
    public interface Channels {
        void subscribe(String channel);

        void unsubscribe(String channel);
    }

    public Hub(LogReader log, Loop loop, Channels channels, Keys keys, Counters counters, BincangConfig config) {
        this.log = log;
        paced = new PacedReads(log, loop::execute);
        this.loop = loop;
        this.channels = channels;
        this.keys = keys;
        this.counters = counters;
        this.config = config;
    }

    public void start() {
        loop.after(config.feed().checkInterval(), this::check);
    }

    /** Creates the fan-out of one more event loop. */
    public LoopHub on(Loop other) {
        return new LoopHub(this, other);
    }

    // ---- called by the pub/sub link, on its loop

    @Override
    public void message(String channel, byte[] payload) {
        var feed = feeds.get(channel);
        if (feed == null) {
            return; // no longer followed
        }
        if (payload.length == 0) { // something was written where this pod does not hear it: the room is moving
            feed.verify();
            return;
        }
        try {
            if (PublishedSignal.is(payload)) {
                feed.signalled(PublishedSignal.of(payload));
            } else {
                feed.published(Entry.published(payload));
            }
        } catch (IllegalArgumentException e) {
            LOG.warnf("%s: ignored a payload that is not an event or a signal: %s", channel, e.getMessage());
        }
    }

    @Override
    public void subscribed(String channel) {
        var feed = feeds.get(channel);
        if (feed != null) {
            feed.subscribed();
        }
    }

    @Override
    public void stale(Collection<String> channels) {
        var rooms = new HashSet<RoomId>();
        for (var channel : channels) {
            var feed = feeds.get(channel);
            if (feed != null) {
                rooms.add(feed.room());
                guarded("a room", feed::stale);
            }
        }
        paced.giveUp(rooms);
    }

    /** Runs a task for one room or connection. If it throws, logs that and returns false, so that others go on. */
    public static boolean guarded(String what, Runnable task) {
        try {
            task.run();
            return true;
        } catch (Throwable e) { // errors too: a task that runs out of memory need not stop the next
            LOG.errorf(e, "%s failed", what);
            return false;
        }
    }

    // ---- the periodic check, in case all other checks missed something

    private void check() {
        loop.after(config.feed().checkInterval(), this::check);
        feeds.values().forEach(feed -> guarded("a room", feed::rest));
        if (!comparing) {
            comparing = true;
            compareNext(new ArrayList<>(feeds.values()));
        }
    }

    /** Compares portion by portion, each after the answers to the one before. A room that cannot be read is left out. */
    private void compareNext(List<Feed> all) {
        comparing = !all.isEmpty();
        if (comparing) {
            var some = all.subList(0, Math.min(PacedReads.AT_ONCE, all.size()));
            Uni.join()
                    .all(some.stream().map(this::compare).toList())
                    .andFailFast()
                    .subscribe()
                    .with(
                            _ -> loop.execute(() -> compareNext(all.subList(some.size(), all.size()))),
                            failure -> LOG.error("the heads cannot be compared", failure));
        }
    }

    private Uni<Boolean> compare(Feed feed) {
        return log.head(feed.room())
                .map(head -> {
                    loop.execute(() -> guarded("a room", () -> feed.compare(head)));
                    return true;
                })
                .onFailure()
                .recoverWithItem(failure -> {
                    COMPARED.warn("the head of a room cannot be read: " + failure.getMessage());
                    return false;
                });
    }

    // ---- called from other loops

    void attach(Audience audience) {
        var room = audience.room();
        loop.execute(() -> feeds.computeIfAbsent(keys.of(room).room(), channel -> {
                    channels.subscribe(channel);
                    counters.feeds.increment();
                    return new Feed(room, paced, loop, counters, config);
                })
                .attach(audience));
    }

    void detach(Audience audience) {
        loop.execute(() -> {
            var channel = keys.of(audience.room()).room();
            var feed = feeds.get(channel);
            if (feed != null && feed.detach(audience)) {
                feeds.remove(channel);
                counters.feeds.decrement();
                channels.unsubscribe(channel);
            }
        });
    }

    void page(RoomId room, Id position, BiConsumer<@Nullable Page, @Nullable Throwable> then) {
        loop.execute(() -> {
            var feed = feeds.get(keys.of(room).room());
            if (feed != null) {
                feed.page(position, then);
            } else {
                then.accept(null, new Refusal(ErrorCode.UNAVAILABLE, "the room was just left", 0L));
            }
        });
    }

    void suspect(RoomId room, Id head) {
        loop.execute(() -> {
            var feed = feeds.get(keys.of(room).room());
            if (feed != null) {
                feed.suspect(head);
            }
        });
    }

    Uni<List<Entry>> newest(RoomId room, int count) {
        return log.newest(room, count, Outlet.PIECE_BYTES);
    }

    // ---- used by LoopHub

    Counters counters() {
        return counters;
    }

    long corkMaxNanos() {
        return config.feed().corkMax().toNanos();
    }

    Duration linger() {
        return config.feed().linger();
    }

    Duration joinTimeout() {
        return config.redis().timeout().plusMillis(500);
    }
}
