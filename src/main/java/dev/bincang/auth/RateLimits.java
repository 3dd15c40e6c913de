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

/** How often somebody may do what on this pod: a {@link RateLimit} each. Any thread. */
@Singleton
public class RateLimits {

    /** What is limited, and who it is counted for. */
    public enum What {
        /** Requests by HTTP, of a user. */
        REQUEST,
        /** Joins, of a user. */
        JOIN,
        /** Making rooms, of a user. */
        CREATE,
        /** Bytes of messages and edits, of a user. */
        BYTES,
        /** Acts over others and changes of rooms, of a user. */
        MODERATE,
        /** Tokens that do not hold, of an address. */
        BAD_TOKEN,
        /** Tokens by keys that are not known yet, of an address. */
        UNKNOWN_KEY,
        /** New guests, of an address. */
        GUEST,
        /** Revoking one's own tokens, of an address. */
        REVOKE_OWN
    }

    private record Rate(double perSecond, int burst) {}

    /** From so many on, those are forgotten that have their full due again, at most once a second. */
    private static final int MANY = 10_000;
    /** Whoever comes beyond so many shares one limit with all others who do. */
    private static final int MOST = 100_000;

    private static final String OTHERS = "";
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Map<What, Rate> rates = new EnumMap<>(What.class);
    private final Map<What, Map<String, RateLimit>> limits = new EnumMap<>(What.class);
    private final Map<What, Long> swept = new EnumMap<>(What.class);

    RateLimits(BincangConfig config) {
        var of = config.limits();
        rates.put(What.REQUEST, new Rate(of.commandsPerSecond(), of.commandBurst()));
        rates.put(What.JOIN, perMinute(of.joinsPerMinute()));
        rates.put(What.CREATE, perMinute(of.roomsPerMinute()));
        rates.put(What.BYTES, perMinute(Math.toIntExact(of.bytesPerMinute().asLongValue())));
        rates.put(What.MODERATE, perMinute(of.moderationsPerMinute()));
        rates.put(What.BAD_TOKEN, perMinute(of.badTokensPerMinute()));
        rates.put(What.UNKNOWN_KEY, perMinute(of.badTokensPerMinute()));
        rates.put(What.GUEST, perMinute(of.guestsPerMinute()));
        rates.put(What.REVOKE_OWN, perMinute(of.revocationsPerMinute()));
        for (var what : What.values()) {
            limits.put(what, new HashMap<>());
        }
    }

    private static Rate perMinute(int most) {
        return new Rate(most / 60.0, most);
    }

    /** Takes one; the refusal with when to try again if there is none. */
    public @Nullable Refusal take(What what, String who) {
        return take(what, who, 1);
    }

    /** Takes so many at once, or none. */
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

    /** As {@link #take}, but takes nothing. */
    public synchronized @Nullable Refusal look(What what, String who) {
        var all = of(what);
        var limit = all.get(counted(all, who));
        return limit == null ? null : refusal(limit.look(System.nanoTime()));
    }

    /** How many are looked after. */
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
