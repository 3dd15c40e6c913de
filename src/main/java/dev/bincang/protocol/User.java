package dev.bincang.protocol;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Who is meant, as every frame shows it.
 *
 * @param id what the identity provider says ({@code sub}), 1 to 128 visible characters; never used raw in a Redis key
 * @param name for people to read
 */
@RegisterForReflection
public record User(String id, String name) {}
