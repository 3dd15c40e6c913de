package dev.bincang.people.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.bincang.BincangConfig;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.User;
import dev.bincang.redis.Keys;
import dev.bincang.redis.Links;
import dev.bincang.redis.RedisCommands;
import dev.bincang.redis.link.Reply;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Stores each user's name and picture when they connect: at most once a day on a pod, or when they have changed. A user who
 * has not connected for {@code bincang.people.keep-profiles} is forgotten. Any thread.
 */
@Singleton
public class Profiles {

    /**
     * What everybody may know about a user.
     *
     * @param picture an https URL; null if their token has none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Profile(String id, String name, @Nullable String picture) {}

    /** The known ones of the users that were asked for, in that order. */
    public record Found(List<Profile> users) {}

    private record Seen(int hash, long at) {}

    private record Write(String user, String json, long ms) {}

    private static final Logger LOG = Logger.getLogger(Profiles.class);
    /** The number of users that one call can ask for. */
    private static final int MOST = 100;
    /** The number of users that a pod remembers to have stored. */
    private static final int REMEMBERED = 20_000;
    /** The number of reads at once, in a cluster. */
    private static final int AT_ONCE = 8;

    private static final int PICTURE_LENGTH = 500;
    private static final long DAY = TimeUnit.DAYS.toNanos(1);

    private final Map<String, Seen> stored = new LinkedHashMap<>(64, 0.75F, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final Queue<Write> waiting = new ArrayDeque<>();
    private boolean writing;
    private final RedisCommands link;
    private final Links links;
    private final Keys keys;
    private final long keepMs;
    private final long keepGuestMs;

    Profiles(RedisCommands link, Links links, Keys keys, BincangConfig config) {
        this.link = link;
        this.links = links;
        this.keys = keys;
        keepMs = config.people().keepProfiles().toMillis();
        keepGuestMs = Math.min(keepMs, config.auth().guestLifetime().toMillis());
    }

    /** The URL of a picture, from a token's claim; null if it is not one that can be shown: https, at most 500 characters. */
    public static @Nullable String picture(@Nullable Object claim) {
        if (!(claim instanceof String url) || url.length() > PICTURE_LENGTH) {
            return null;
        }
        try {
            var uri = new URI(url);
            return "https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null ? url : null;
        } catch (URISyntaxException _) {
            return null;
        }
    }

    /**
     * Stores the profile of a user who has just been authenticated, unless this pod has stored the same within a day.
     * Nobody waits for it. If Redis is away or nearly full, a later request stores it.
     */
    public void seen(User user, @Nullable String picture) {
        var key = Keys.escape(user.id());
        if (isKnown(key, new Seen(Objects.hash(user.name(), picture), System.nanoTime())) || links.nearlyFull()) {
            return;
        }
        var json = Codec.json().createObjectNode().put("name", user.name());
        if (picture != null) {
            json.put("picture", picture);
        }
        var ms = User.isGuest(user.id()) ? keepGuestMs : keepMs;
        var write = queued(new Write(key, json.toString(), ms));
        if (write != null) {
            store(write);
        }
    }

    /** Stores one profile, and then the next one that waits: never two at once, so that they take nothing from logins. */
    private void store(Write write) {
        link.call("SET", keys.profileOf(write.user), write.json, "PX", write.ms)
                .subscribe()
                .with(
                        _ -> {
                            var next = next();
                            if (next != null) {
                                store(next);
                            }
                        },
                        failure -> {
                            LOG.debugf("profiles are stored later: %s", failure.getMessage());
                            giveUp(write);
                        });
    }

    /** Returns the write if none is in progress; otherwise it waits, if there is room. */
    private synchronized @Nullable Write queued(Write write) {
        if (writing) {
            if (waiting.size() < REMEMBERED) {
                waiting.add(write);
            } else {
                stored.remove(write.user);
            }
            return null;
        }
        writing = true;
        return write;
    }

    private synchronized @Nullable Write next() {
        var next = waiting.poll();
        writing = next != null;
        return next;
    }

    /** Forgets this write and all that wait: the next request of each user stores theirs. */
    private synchronized void giveUp(Write write) {
        stored.remove(write.user);
        waiting.forEach(each -> stored.remove(each.user));
        waiting.clear();
        writing = false;
    }

    private synchronized boolean isKnown(String key, Seen now) {
        var before = stored.get(key);
        if (before != null && before.hash == now.hash && now.at - before.at < DAY) {
            return true;
        }
        stored.put(key, now);
        return false;
    }

    /**
     * The profiles of some users. Unknown ones are left out. Fails with {@code bad_request} if there are more than 100 ids, or
     * if one cannot be a user's id.
     */
    public Uni<Found> of(List<String> ids) {
        var distinct = ids.stream().distinct().toList();
        if (distinct.isEmpty() || distinct.size() > MOST) {
            return Uni.createFrom().failure(Refusal.bad("ids: must be 1 to " + MOST + " ids"));
        }
        for (var id : distinct) {
            var wrong = User.wrongId(id);
            if (wrong != null) {
                return Uni.createFrom().failure(Refusal.bad("ids: an id " + wrong));
            }
        }
        return values(distinct.stream()
                        .map(id -> keys.profileOf(Keys.escape(id)))
                        .toList())
                .map(values -> {
                    var found = new ArrayList<Profile>();
                    for (int i = 0; i < values.size(); i++) {
                        if (!values.get(i).isNil()) {
                            found.add(profile(distinct.get(i), values.get(i).text()));
                        }
                    }
                    return new Found(found);
                });
    }

    /** The values of keys. In a cluster they are on any nodes, so each is a call of its own. */
    private Uni<List<Reply>> values(List<String> wanted) {
        if (!link.isCluster()) {
            return link.call(
                            "MGET",
                            wanted.getFirst(),
                            wanted.subList(1, wanted.size()).toArray())
                    .map(reply -> {
                        var values = new ArrayList<Reply>();
                        for (int i = 0; i < wanted.size(); i++) {
                            values.add(reply.at(i));
                        }
                        return values;
                    });
        }
        return Uni.join()
                .all(wanted.stream().map(key -> link.call("GET", key)).toList())
                .usingConcurrencyOf(AT_ONCE)
                .andFailFast();
    }

    private static Profile profile(String id, String text) {
        try {
            var json = Codec.json().readTree(text);
            return new Profile(
                    id, json.path("name").asText(), json.path("picture").asText(null));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a profile is stored in a wrong form", e);
        }
    }
}
