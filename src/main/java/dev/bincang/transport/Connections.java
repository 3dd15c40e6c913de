package dev.bincang.transport;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Revocations;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whose connections this pod has: so many per user and per address at most, and found when something is held against
 * their user. Any thread.
 */
@Singleton
public class Connections {

    private final int maxPerUser;
    private final int maxPerAddress;
    private final Map<String, List<Session>> users = new ConcurrentHashMap<>();
    private final Map<String, Integer> addresses = new ConcurrentHashMap<>();

    Connections(BincangConfig config, Revocations revocations) {
        maxPerUser = config.connection().maxPerUser();
        maxPerAddress = config.connection().maxPerAddress();
        revocations.listen(user -> users.getOrDefault(user, List.of()).forEach(Session::recheck));
    }

    /** Whether an address has all the connections it may. */
    public boolean full(String address) {
        return maxPerAddress > 0 && addresses.getOrDefault(address, 0) >= maxPerAddress;
    }

    void arrived(String address) {
        if (maxPerAddress > 0) {
            addresses.merge(address, 1, Integer::sum);
        }
    }

    void left(String address) {
        addresses.computeIfPresent(address, (_, count) -> count > 1 ? count - 1 : null);
    }

    /** False if the user, who is escaped, has all the connections he may. */
    boolean enter(String user, Session session) {
        var sessions = users.compute(user, (_, before) -> {
            if (before == null) {
                return List.of(session);
            }
            if (before.size() >= maxPerUser) {
                return before;
            }
            var all = new ArrayList<>(before);
            all.add(session);
            return List.copyOf(all);
        });
        return sessions.contains(session);
    }

    void leave(String user, Session session) {
        users.computeIfPresent(user, (_, before) -> {
            var rest = before.stream().filter(other -> !other.equals(session)).toList();
            return rest.isEmpty() ? null : rest;
        });
    }
}
