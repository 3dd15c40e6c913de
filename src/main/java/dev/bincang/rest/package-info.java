/**
 * Administration: entry, rooms, members, moderation, users. Every answer that is no success is a {@link
 * dev.bincang.protocol.Refusal.Problem}. Who asks is known from {@link dev.bincang.transport.http.ApiEntry}; what he may is decided in
 * {@code room}.
 */
@NullMarked
package dev.bincang.rest;

import org.jspecify.annotations.NullMarked;
