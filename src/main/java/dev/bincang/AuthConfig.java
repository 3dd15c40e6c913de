package dev.bincang;

import dev.bincang.settings.Matches;
import dev.bincang.settings.Range;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Who may come in. Keys, issuer and audience of an identity provider are `mp.jwt.*`. */
public interface AuthConfig {

    /** Whether anyone may come in as a guest under a name of his choice. */
    @WithDefault("false")
    boolean guests();

    /** How long a guest's token is good, and a guest's revocation is remembered. */
    @WithDefault("30d")
    @Range(min = "1m", max = "3650d")
    Duration guestLifetime();

    /** The claim of an identity provider's token that is shown as the user's name. */
    @WithDefault("name")
    @Matches(value = Matches.LINE, says = "the name of a claim, of 200 characters at most")
    String nameClaim();

    /** The claim that names a user's roles, a slash before each step into it: Keycloak's are in `realm_access/roles`. */
    @WithDefault("groups")
    @Matches(value = Matches.LINE, says = "a claim, or a path to one, of 200 characters at most")
    String roleClaim();

    /** The role among them that may do everything in every room. */
    @WithDefault("bincang-admin")
    @Matches(value = Matches.LINE, says = "the name of a role, of 200 characters at most")
    String adminRole();

    /** The least time between two fetches of the identity provider's keys; a new key is found within it. */
    @WithDefault("5s")
    @Range(min = "100ms", max = "1h")
    Duration keysInterval();

    /** How long the identity provider may take to send its keys. */
    @WithDefault("3s")
    @Range(min = "100ms", max = "1m")
    Duration keysTimeout();
}
