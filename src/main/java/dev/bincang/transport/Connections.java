package dev.bincang.transport;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Revocations;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whose connections this pod has: so many per user and per address at most, and found when something is held against
 * their user. Any thread.
 */
@Singleton
public class Connections {

    private final int max;
    private final int maxPerUser;
    private final int maxPerAddress;
    private final Map<String, List<Login>> users = new ConcurrentHashMap<>();
    private final Map<String, Integer> addresses = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    Connections(BincangConfig config, Revocations revocations) {
        max = config.connection().max();
        maxPerUser = config.connection().maxPerUser();
        maxPerAddress = config.connection().maxPerAddress();
        revocations.listen(user -> users.getOrDefault(user, List.of()).forEach(Login::recheck));
    }

    /** One more, until it has {@link #left}; false if this pod, or that address, has all the connections it may. */
    public boolean admit(String address) {
        var granted = open.incrementAndGet() <= max;
        if (granted && maxPerAddress > 0) {
            granted = addresses.merge(address, 1, Integer::sum) <= maxPerAddress;
            if (!granted) {
                forget(address);
            }
        }
        if (!granted) {
            open.decrementAndGet();
        }
        return granted;
    }

    /** One that was admitted is gone. */
    public void left(String address) {
        open.decrementAndGet();
        forget(address);
    }

    private void forget(String address) {
        addresses.computeIfPresent(address, (_, count) -> count > 1 ? count - 1 : null);
    }

    /** False if the user, who is escaped, has all the connections he may. */
    boolean enter(String user, Login login) {
        var logins = users.compute(user, (_, before) -> {
            if (before == null) {
                return List.of(login);
            }
            if (before.size() >= maxPerUser) {
                return before;
            }
            var all = new ArrayList<>(before);
            all.add(login);
            return List.copyOf(all);
        });
        return logins.contains(login);
    }

    void leave(String user, Login login) {
        users.computeIfPresent(user, (_, before) -> {
            var rest = before.stream().filter(other -> !other.equals(login)).toList();
            return rest.isEmpty() ? null : rest;
        });
    }
}
