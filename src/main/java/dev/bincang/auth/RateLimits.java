package dev.bincang.auth;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Limits how often a user or an address may do something on this pod, with one {@link RateLimit} each. Any thread. */
@Singleton
public class RateLimits {

    /** What is limited, and whether it counts per user or per address. */
    public enum What {
        /** HTTP requests, per user. */
        REQUEST,
        /** Joins, and users that are added, per user. */
        JOIN,
        /** New rooms, per user. */
        CREATE,
        /** Bytes of messages and edits, per user. */
        BYTES,
        /** Moderation of others, changes of rooms and pins, per user. */
        MODERATE,
        /** Reports of messages, per user. */
        REPORT,
        /** Reactions to messages, per user. */
        REACT,
        /** Searches, per user. */
        SEARCH,
        /** Signals, per user. */
        SIGNAL,
        /** Signals that a user is typing, per user, room and whether they begin or end. */
        TYPING,
        /** Marks that are moved and own settings of rooms that are changed, per user. */
        MARK,
        /** Rooms that are listed, or marked as read with all others, per user. */
        LISTED,
        /** Invalid tokens, per address. */
        BAD_TOKEN,
        /** Tokens of unknown keys, per address. */
        UNKNOWN_KEY,
        /** New guests, per address. */
        GUEST,
        /** Users who revoke their own tokens, per address. */
        REVOKE_OWN,
        /** Invitation links that are opened or accepted, per user. */
        INVITE,
        /** Invalid invitation links, per address. */
        BAD_INVITE
    }

    private record Rate(double perSecond, int burst) {}

    /** From this number of limits on, full ones are forgotten, at most once a second. */
    private static final int MANY = 10_000;
    /** Beyond this number of limits, all new users or addresses share one limit. */
    private static final int MOST = 100_000;

    private static final double TYPING_PER_SECOND = 1 / 3.0;
    private static final String OTHERS = "";
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Map<What, Rate> rates = new EnumMap<>(What.class);
    private final Map<What, Map<String, RateLimit>> limits = new EnumMap<>(What.class);
    private final Map<What, Long> swept = new EnumMap<>(What.class);

    RateLimits(BincangConfig config) {
        var of = config.limits();
        rates.put(What.REQUEST, new Rate(of.commandsPerSecond(), of.commandBurst()));
        rates.put(What.REACT, new Rate(of.commandsPerSecond(), of.commandBurst()));
        rates.put(What.JOIN, perMinute(of.joinsPerMinute()));
        rates.put(What.CREATE, perMinute(of.roomsPerMinute()));
        rates.put(What.BYTES, perMinute(Math.toIntExact(of.bytesPerMinute().asLongValue())));
        rates.put(What.MODERATE, perMinute(of.moderationsPerMinute()));
        rates.put(What.REPORT, perMinute(of.reportsPerMinute()));
        rates.put(What.SEARCH, perMinute(of.searchesPerMinute()));
        rates.put(
                What.SIGNAL,
                new Rate(config.signals().perSecond(), config.signals().burst()));
        rates.put(What.TYPING, new Rate(TYPING_PER_SECOND, 1));
        rates.put(What.MARK, perMinute(of.marksPerMinute()));
        rates.put(What.LISTED, perMinute(of.listedRoomsPerMinute()));
        rates.put(What.BAD_TOKEN, perMinute(of.badTokensPerMinute()));
        rates.put(What.UNKNOWN_KEY, perMinute(of.badTokensPerMinute()));
        rates.put(What.GUEST, perMinute(of.guestsPerMinute()));
        rates.put(What.REVOKE_OWN, perMinute(of.revocationsPerMinute()));
        rates.put(What.INVITE, perMinute(of.invitesPerMinute()));
        rates.put(What.BAD_INVITE, perMinute(of.badInvitesPerMinute()));
        for (var what : What.values()) {
            limits.put(what, new HashMap<>());
        }
    }

    private static Rate perMinute(int most) {
        return new Rate(most / 60.0, most);
    }

    /** Takes one. Returns null, or a refusal with the time to wait if there is none left. */
    public @Nullable Refusal take(What what, String who) {
        return take(what, who, 1);
    }

    /** Takes {@code count} at once, or none. Returns as {@link #take(What, String)}. */
    public synchronized @Nullable Refusal take(What what, String who, int count) {
        var now = System.nanoTime();
        var all = of(what);
        if (all.size() >= MANY && !all.containsKey(who) && now - swept.getOrDefault(what, now - SECOND) >= SECOND) {
            swept.put(what, now);
            all.values().removeIf(limit -> limit.isFull(now));
        }
        var rate = rate(what);
        return refusal(all.computeIfAbsent(counted(all, who), _ -> new RateLimit(rate.perSecond, rate.burst, now))
                .take(now, count));
    }

    private static String counted(Map<String, RateLimit> all, String who) {
        return all.size() < MOST || all.containsKey(who) ? who : OTHERS;
    }

    /** Returns as {@link #take}, but takes nothing. */
    public synchronized @Nullable Refusal look(What what, String who) {
        var all = of(what);
        var limit = all.get(counted(all, who));
        return limit == null ? null : refusal(limit.look(System.nanoTime()));
    }

    /** The number of limits in memory. */
    synchronized int size() {
        return limits.values().stream().mapToInt(Map::size).sum();
    }

    private static @Nullable Refusal refusal(long waitMs) {
        return waitMs == 0 ? null : new Refusal(ErrorCode.RATE_LIMITED, "too often", waitMs);
    }

    private Map<String, RateLimit> of(What what) {
        return limits.computeIfAbsent(what, _ -> new HashMap<>());
    }

    private Rate rate(What what) {
        var rate = rates.get(what);
        if (rate == null) {
            throw new IllegalStateException("no rate for " + what);
        }
        return rate;
    }
}
