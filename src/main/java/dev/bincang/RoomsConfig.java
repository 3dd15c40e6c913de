package dev.bincang;

import io.smallrye.config.WithDefault;

/** Rooms and who is in them. */
public interface RoomsConfig {

    /** Whether a public room is there as soon as somebody joins it or sends to it. It belongs to nobody. */
    @WithDefault("false")
    boolean open();

    /** Members a room may have. */
    @WithDefault("10000")
    int maxMembers();
}
