package dev.bincang;

import dev.bincang.settings.Range;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Invitation links, which make whoever holds them a member of a room. */
public interface InvitesConfig {

    /** Whether guests may accept an invitation link. */
    @WithDefault("true")
    boolean guests();

    /** The longest time for which an invitation link is valid. A link that names no time is valid for 7 days, or for this time if it is shorter. */
    @WithDefault("30d")
    @Range(min = "1m", max = "365d")
    Duration maxAge();

    /** Invitation links that a room may have. A link that has ended, or is used up or revoked, does not count. */
    @WithDefault("100")
    @Range(min = "1", max = "1000")
    int maxPerRoom();
}
