package dev.bincang;

import dev.bincang.settings.Matches;
import dev.bincang.settings.Range;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Who may enter. Keys, issuer and audience of an identity provider are `mp.jwt.*`. */
public interface AuthConfig {

    /** Whether anyone may enter as a guest under a name of their choice. */
    @WithDefault("false")
    boolean guests();

    /** How long a guest's token is valid, and how long a guest's revocation is stored. */
    @WithDefault("30d")
    @Range(min = "1m", max = "3650d")
    Duration guestLifetime();

    /** The claim of an identity provider's token that contains the name to show for the user. */
    @WithDefault("name")
    @Matches(value = Matches.LINE, says = "the name of a claim, of 200 characters at most")
    String nameClaim();

    /** The claim that lists a user's roles. For a nested claim, write the path with slashes: Keycloak has them in `realm_access/roles`. */
    @WithDefault("groups")
    @Matches(value = Matches.LINE, says = "a claim, or a path to one, of 200 characters at most")
    String roleClaim();

    /** The role that makes a user an admin, who may do everything in every room. */
    @WithDefault("bincang-admin")
    @Matches(value = Matches.LINE, says = "the name of a role, of 200 characters at most")
    String adminRole();

    /** The shortest time between two fetches of the identity provider's keys. A new key is found within this time. */
    @WithDefault("5s")
    @Range(min = "100ms", max = "1h")
    Duration keysInterval();

    /** How long the identity provider may take to send its keys. */
    @WithDefault("3s")
    @Range(min = "100ms", max = "1m")
    Duration keysTimeout();
}
