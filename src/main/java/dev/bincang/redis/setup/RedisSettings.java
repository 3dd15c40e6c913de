package dev.bincang.redis.setup;

import dev.bincang.settings.Settings;
import dev.bincang.settings.SettingsRule;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks {@code quarkus.redis.*}. An address may contain a password, so no part of an address is shown. */
public final class RedisSettings implements SettingsRule {

    static final String HOSTS = "quarkus.redis.hosts";
    private static final String CLIENT = "quarkus.redis.client-type";
    private static final String ROLE = "quarkus.redis.role";
    private static final String SENTINEL = "sentinel";
    private static final String CLUSTER = "cluster";
    private static final Set<String> CLIENTS = Set.of("standalone", SENTINEL, CLUSTER);
    private static final Pattern DATABASE = Pattern.compile("/0*[1-9][0-9]*$|[?&]db=0*[1-9]");
    private static final Set<String> SCHEMES = Set.of("redis", "rediss", "unix");

    @Override
    public void check(Settings settings) {
        var client = settings.text(CLIENT, "standalone").toLowerCase(Locale.ROOT);
        if (!CLIENTS.contains(client)) {
            settings.refuse(CLIENT, "standalone, sentinel or cluster");
        }
        if (client.equals(SENTINEL) && !settings.text(ROLE, "master").equalsIgnoreCase("master")) {
            settings.refuse(ROLE, "master");
        }
        var hosts = settings.text(HOSTS);
        if (hosts != null) {
            var all = hosts.split("(?<!\\\\),", -1);
            if (all.length > 1 && client.equals("standalone")) {
                settings.refuseUnshown(HOSTS, "one address, because %s is %s".formatted(CLIENT, client));
            }
            for (var host : all) {
                var must =
                        client.equals(CLUSTER) && DATABASE.matcher(host.strip()).find()
                                ? "an address without a database, because a Redis Cluster has only one"
                                : must(host.strip());
                if (must != null) {
                    settings.refuseUnshown(HOSTS, must);
                    break;
                }
            }
        }
    }

    /** What is required of an address and missing from it, or null. */
    private static @Nullable String must(String address) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            return form();
        }
        if (uri.getScheme() == null || !SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))) {
            return form();
        }
        if (uri.getScheme().equals("unix")) {
            return null; // the path is that of the socket
        }
        var path = uri.getRawPath() == null ? "" : uri.getRawPath();
        var query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        if (uri.getHost() == null || uri.getRawFragment() != null || (path + query).contains("@")) {
            return form();
        }
        if (!path.matches("/?|/[0-9]{1,5}") || query.matches("(.*&)?db=(?![0-9]{1,5}(&|$)).*")) {
            return form() + "; a database is a number, like redis://host:6379/2";
        }
        return null;
    }

    private static String form() {
        return "like redis://host:6379, rediss://user:password@host:6379; "
                + "in a password write % as %25, # as %23, / as %2F, @ as %40, : as %3A, ? as %3F";
    }
}
