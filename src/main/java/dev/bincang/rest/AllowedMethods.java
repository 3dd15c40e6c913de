package dev.bincang.rest;

import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;
import org.jboss.resteasy.reactive.server.core.Deployment;
import org.jboss.resteasy.reactive.server.mapping.RuntimeResource;
import org.jboss.resteasy.reactive.server.util.RuntimeResourceVisitor;
import org.jspecify.annotations.Nullable;

/**
 * Knows which methods a path has, for the {@code Allow} header (RFC 9110 section 10.2.1). RESTEasy knows them too, but
 * does not send them with a 405, and answers {@code OPTIONS} with the methods of all paths.
 */
@Singleton
class AllowedMethods {

    private record Route(Pattern path, String method) {}

    private volatile @Nullable List<Route> routes;

    /** The methods of the current request's path. Empty if there is no such path. */
    String ofCurrent() {
        var request = CurrentRequestManager.get();
        var known = routes;
        if (known == null) {
            known = read(request.getDeployment());
            routes = known;
        }
        var methods = new TreeSet<String>();
        for (var route : known) {
            if (route.path.matcher(request.getPath()).matches()) {
                methods.add(route.method);
            }
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        if (!methods.isEmpty()) {
            methods.add("OPTIONS");
        }
        return String.join(", ", methods);
    }

    private static List<Route> read(Deployment deployment) {
        var found = new ArrayList<Route>();
        RuntimeResourceVisitor.visitRuntimeResources("", deployment.getClassMappers(), new RuntimeResourceVisitor() {
            @Override
            public void visitRuntimeResource(String method, String path, RuntimeResource resource) {
                found.add(new Route(Pattern.compile(path.replaceAll("\\{[^}]*}", "[^/]+") + "/?"), method));
            }
        });
        return List.copyOf(found);
    }

    @ServerRequestFilter(preMatching = true)
    @Nullable
    RestResponse<Void> options(ContainerRequestContext request) {
        if (!request.getMethod().equals("OPTIONS")) {
            return null;
        }
        var allowed = ofCurrent();
        if (allowed.isEmpty()) {
            throw new Refusal(ErrorCode.NOT_FOUND, "path: does not exist");
        }
        return RestResponse.ResponseBuilder.<Void>noContent()
                .header(HttpHeaders.ALLOW, allowed)
                .build();
    }
}
