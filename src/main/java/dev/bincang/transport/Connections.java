package dev.bincang.transport;

import dev.bincang.BincangConfig;
import dev.bincang.auth.Revocations;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The open connections of this pod by user. Limits the number of connections per user, and checks a user's connections
 * again after a revocation. Any thread.
 */
@Singleton
public class Connections {

    private final int maxPerUser;
    private final Map<String, List<Login>> users = new ConcurrentHashMap<>();

    Connections(BincangConfig config, Revocations revocations) {
        maxPerUser = config.connection().maxPerUser();
        revocations.listen(user -> users.getOrDefault(user, List.of()).forEach(Login::recheck));
    }

    /**
     * Registers a connection. False if the user already has the maximum number of connections.
     *
     * @param user the escaped user id
     */
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
