package dev.bincang;

import dev.bincang.settings.Range;
import io.smallrye.config.WithDefault;

/** Rooms and who is in them. */
public interface RoomsConfig {

    /** Whether a public room is there as soon as somebody joins it or sends to it. It belongs to nobody. */
    @WithDefault("false")
    boolean open();

    /** Members a room may have. */
    @WithDefault("10000")
    @Range(min = "1", max = "1000000")
    int maxMembers();

    /** Rooms that one user may have made, direct ones included; a deleted one does not count. */
    @WithDefault("1000")
    @Range(min = "1", max = "1000000")
    int maxPerUser();

    /** The same for a guest. */
    @WithDefault("20")
    @Range(min = "1", max = "1000000")
    int maxPerGuest();
}
