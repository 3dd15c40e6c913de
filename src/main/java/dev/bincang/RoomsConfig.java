package dev.bincang;

import dev.bincang.settings.Range;
import io.smallrye.config.WithDefault;

/** Rooms and their members. */
public interface RoomsConfig {

    /** Whether a public room exists as soon as a user joins it or sends to it. Such a room has no owner. */
    @WithDefault("false")
    boolean open();

    /** The highest number of members of a room. */
    @WithDefault("10000")
    @Range(min = "1", max = "1000000")
    int maxMembers();

    /** Rooms that one user may have made, including direct rooms. A deleted room does not count. */
    @WithDefault("1000")
    @Range(min = "1", max = "1000000")
    int maxPerUser();

    /** Rooms that one guest may have made, including direct rooms. A deleted room does not count. */
    @WithDefault("20")
    @Range(min = "1", max = "1000000")
    int maxPerGuest();

    /** A room with more members than this is large: it does not tell who is typing, nor how far others have read. */
    @WithDefault("100")
    @Range(min = "2", max = "1000000")
    int large();
}
