package dev.bincang.transport.load;

import dev.bincang.BincangConfig;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Limits how much work each user has in progress on this pod, over all of their connections and requests. Work over the
 * limit waits in order, so one user cannot use up the capacity of Redis. The number of waiting tasks is bounded by the
 * commands in flight per connection and by the connections per user. Any thread.
 */
@Singleton
public class Shares {

    private static final class Share {
        private final Queue<Runnable> waiting = new ArrayDeque<>(1);
        private int inFlight;
    }

    private final int most;
    private final Map<String, Share> users = new ConcurrentHashMap<>();

    Shares(BincangConfig config) {
        most = config.limits().userInFlight();
    }

    /**
     * Runs the work when the user's turn comes.
     *
     * @param user the escaped user id
     * @param loop where the work starts if it had to wait
     */
    public <T> Uni<T> run(String user, Executor loop, Supplier<Uni<? extends T>> work) {
        return Uni.createFrom()
                .emitter(emitter -> enter(
                        user,
                        loop,
                        () -> Uni.createFrom()
                                .deferred(work)
                                .subscribe()
                                .with(
                                        item -> {
                                            leave(user);
                                            emitter.complete(item);
                                        },
                                        failure -> {
                                            leave(user);
                                            emitter.fail(failure);
                                        })));
    }

    /**
     * Runs {@code begin} at once, or on {@code loop} when the user's turn comes. The caller must call {@link #leave}
     * once, at the end of the work.
     */
    public void enter(String user, Executor loop, Runnable begin) {
        var now = new boolean[1];
        users.compute(user, (_, known) -> {
            var share = known == null ? new Share() : known;
            now[0] = share.inFlight < most;
            if (now[0]) {
                share.inFlight++;
            } else {
                share.waiting.add(() -> loop.execute(begin));
            }
            return share;
        });
        if (now[0]) {
            begin.run();
        }
    }

    /** Ends one task of the user and starts the next one. */
    public void leave(String user) {
        var next = new Runnable[1];
        users.computeIfPresent(user, (_, share) -> {
            next[0] = share.waiting.poll();
            if (next[0] == null) {
                share.inFlight--;
            }
            return share.inFlight == 0 ? null : share;
        });
        if (next[0] != null) {
            next[0].run();
        }
    }

    /** The number of users with work in progress. */
    int users() {
        return users.size();
    }
}
