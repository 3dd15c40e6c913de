package dev.bincang.transport;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Revocations;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whose connections this pod has: so many per user at most, and found when something is held against him. Any thread.
 */
@Singleton
public class Connections {

    private final int maxPerUser;
    private final Map<String, List<Login>> users = new ConcurrentHashMap<>();

    Connections(BincangConfig config, Revocations revocations) {
        maxPerUser = config.connection().maxPerUser();
        revocations.listen(user -> users.getOrDefault(user, List.of()).forEach(Login::recheck));
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
