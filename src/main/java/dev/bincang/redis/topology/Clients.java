package dev.bincang.redis.topology;

import dev.bincang.redis.link.Connector;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Makes a client for each server: with the user, TLS and other options of {@code quarkus.redis.*}, and its own address.
 */
public final class Clients {

    private final Vertx vertx;
    private final RedisOptions options;
    private final Duration timeout;
    private final URI first;
    private final Map<String, Redis> made = new ConcurrentHashMap<>();

    /** @param timeout how long a connection may take to open */
    public Clients(Vertx vertx, RedisOptions options, Duration timeout) {
        this.vertx = vertx;
        this.options = options;
        this.timeout = timeout;
        first = URI.create(options.getEndpoints().getFirst());
    }

    /** The addresses of {@code quarkus.redis.hosts}, as {@code host:port}. */
    List<String> hosts() {
        var port = options.getType() == RedisClientType.SENTINEL ? 26_379 : 6379;
        return options.getEndpoints().stream()
                .map(URI::create)
                .map(uri -> uri.getHost() + ":" + (uri.getPort() < 0 ? port : uri.getPort()))
                .toList();
    }

    /** The name under which sentinels know the master. */
    String masterName() {
        return options.getMasterName();
    }

    /** Connects to the server whose client that is. */
    Connector connector(Supplier<Future<Redis>> where) {
        return new Connector(vertx, where, timeout, "rediss".equals(first.getScheme()));
    }

    /** The client for a server, made at the first call. */
    Redis of(String address) {
        return made.computeIfAbsent(address, _ -> client(address, rawPath() + rawQuery()));
    }

    /** The client for a sentinel. A sentinel has no databases. */
    Redis sentinel(String address) {
        return made.computeIfAbsent("sentinel " + address, _ -> client(address, rawQuery()));
    }

    /** Closes the client for a server that is no longer used. */
    void forget(String address) {
        var client = made.remove(address);
        if (client != null) {
            client.close();
        }
    }

    void close() {
        made.values().forEach(Redis::close);
        made.clear();
    }

    private Redis client(String address, String rest) {
        var user = first.getRawUserInfo() == null ? "" : first.getRawUserInfo() + "@";
        var endpoint = first.getScheme() + "://" + user + address + rest;
        return Redis.createClient(
                vertx,
                new RedisOptions(options).setType(RedisClientType.STANDALONE).setEndpoints(List.of(endpoint)));
    }

    private String rawPath() {
        return first.getRawPath() == null ? "" : first.getRawPath();
    }

    private String rawQuery() {
        return first.getRawQuery() == null ? "" : "?" + first.getRawQuery();
    }
}
