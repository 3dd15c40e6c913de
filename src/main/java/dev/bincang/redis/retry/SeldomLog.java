package dev.bincang.redis.retry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/** Logs the same text at most once a minute, with the number of repetitions since. Callable from any thread. */
public final class SeldomLog {

    private static final long AGAIN = Duration.ofMinutes(1).toNanos();
    /** The number of different texts that are remembered. */
    private static final int TEXTS = 32;

    private static final class Said {
        private long at;
        private long since;
    }

    private final BiConsumer<Level, String> log;
    private final LongSupplier clock;
    private final Map<String, Said> said = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Said> eldest) {
            return size() > TEXTS;
        }
    };

    public SeldomLog(Logger log) {
        this(log::log, System::nanoTime);
    }

    SeldomLog(BiConsumer<Level, String> log, LongSupplier clock) {
        this.log = log;
        this.clock = clock;
    }

    public void warn(String text) {
        say(Level.WARN, text);
    }

    public void error(String text) {
        say(Level.ERROR, text);
    }

    private void say(Level level, String text) {
        long more;
        synchronized (said) {
            var now = clock.getAsLong();
            var last = said.get(text);
            if (last != null && now - last.at < AGAIN) {
                last.since++;
                return;
            }
            more = last == null ? 0 : last.since;
            var next = new Said();
            next.at = now;
            said.remove(text); // moves it to the end, so the eldest entry is the one logged longest ago
            said.put(text, next);
        }
        log.accept(level, more == 0 ? text : text + " (" + more + " more times since the last log line)");
    }
}
