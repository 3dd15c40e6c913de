package dev.bincang.rest;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import dev.bincang.transport.http.ApiEntry;
import io.quarkus.arc.profile.IfBuildProfile;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The identity provider in {@code quarkus:dev}. It makes a token for any user, signed with the key that Quarkus makes
 * in that mode. No other build contains it.
 */
@Path("/dev/token")
@Singleton
@IfBuildProfile("dev")
public class DevTokens {

    private static final Duration LIFETIME = Duration.ofHours(12);

    private final ApiEntry apiEntry;

    DevTokens(ApiEntry apiEntry) {
        this.apiEntry = apiEntry;
    }

    /** A token for twelve hours. {@code role} is {@code bincang-admin}, for example. */
    @GET
    @Produces(MediaType.TEXT_PLAIN)
    public Uni<String> token(
            @QueryParam("user") @Nullable String user,
            @QueryParam("name") @Nullable String name,
            @QueryParam("role") @Nullable String role) {
        if (!apiEntry.local()) { // else any web page could, by a host name that leads here
            throw new Refusal(ErrorCode.FORBIDDEN, "Host: only localhost and 127.0.0.1 get a token");
        }
        var id = user == null ? "dev" : user;
        var claims = Jwt.subject(id).groups(role == null ? Set.of() : Set.of(role));
        return Uni.createFrom()
                .item(claims.claim("name", name == null ? id : name)
                        .expiresIn(LIFETIME)
                        .sign());
    }
}
