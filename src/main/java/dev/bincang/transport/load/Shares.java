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
 * Each user's share of what a pod works on at once, over all of their connections and requests. What is beyond it waits, in
 * order; so one user cannot take what Redis answers from all others. How many can wait is bounded by what a connection may
 * have in flight, and by how many connections a user may have. Any thread.
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
     * Does it when it is the user's turn.
     *
     * @param user escaped
     * @param loop where it begins if it has had to wait
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

    /** Begins it at once, or on that loop when it is the user's turn; {@link #leave} has to follow, once. */
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

    /** It is done: the next one of this user begins. */
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

    /** How many users have something in flight. */
    int users() {
        return users.size();
    }
}
