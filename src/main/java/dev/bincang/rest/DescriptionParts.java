package dev.bincang.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.smallrye.openapi.api.SmallRyeOpenAPI;
import io.smallrye.openapi.api.util.UnusedSchemaFilter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Completes {@code META-INF/openapi.yaml} when the application is built. It adds the schemas of {@code asyncapi.yaml}
 * that the file refers to, and adds to each operation the responses that every operation may have.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class DescriptionParts implements OASFilter {

    private static final String PROTOCOL = "/META-INF/resources/asyncapi.yaml";
    private static final String STATUS = "x-status";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        var components = document.getComponents();
        protocol().forEach((name, schema) -> {
            if (!components.getSchemas().containsKey(name)) {
                components.addSchema(name, schema);
            }
        });
        components.setSchemas(withoutUnused(document));
        components.getResponses().forEach((name, response) -> {
            if (response.hasExtension(STATUS)) {
                addToEach(document, String.valueOf(response.getExtension(STATUS)), name);
            }
        });
    }

    private static void addToEach(OpenAPI document, String status, String name) {
        for (var path : document.getPaths().getPathItems().values()) {
            for (var operation : path.getOperations().values()) {
                if (!operation.getResponses().hasAPIResponse(status)) {
                    APIResponse response = OASFactory.createAPIResponse().ref(name);
                    operation.getResponses().addAPIResponse(status, response);
                }
            }
        }
    }

    private static Map<String, Schema> withoutUnused(OpenAPI document) {
        return schemas(SmallRyeOpenAPI.builder().withInitialModel(document).addFilter(new UnusedSchemaFilter()));
    }

    /** The schemas of AsyncAPI. They are in the same place and have the same form as OpenAPI's. */
    private static Map<String, Schema> protocol() {
        try (var file = DescriptionParts.class.getResourceAsStream(PROTOCOL)) {
            if (file == null) {
                throw new IllegalStateException(PROTOCOL + " is missing");
            }
            var text = new String(file.readAllBytes(), UTF_8);
            var schemas = "openapi: 3.1.0\ncomponents:\n" + text.substring(text.indexOf("\n  schemas:\n"));
            return schemas(SmallRyeOpenAPI.builder()
                    .withCustomStaticFile(() -> new ByteArrayInputStream(schemas.getBytes(UTF_8))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Schema> schemas(SmallRyeOpenAPI.Builder builder) {
        return builder.enableStandardStaticFiles(false)
                .enableModelReader(false)
                .enableAnnotationScan(false)
                .enableStandardFilter(false)
                .build()
                .model()
                .getComponents()
                .getSchemas();
    }
}
