package dev.bincang.bench;

import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The protocol of a kind of server.
 *
 * @param path the path of the WebSocket that a member of this room opens
 * @param talk what one connection says; made once for each client
 */
public record Dialect(IntFunction<String> path, Function<Client, Talk> talk) {}
