package dev.bincang.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bincang.protocol.ApiDocs;
import dev.bincang.rest.DescriptionParts;
import dev.bincang.testing.process.NodeClient;
import io.smallrye.openapi.api.SmallRyeOpenAPI;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openapitools.codegen.CodegenConstants;
import org.openapitools.codegen.DefaultGenerator;
import org.openapitools.codegen.config.CodegenConfigurator;

/** The clients that openapi-generator makes from {@code openapi.yaml} compile, so nobody has to write one by hand. */
class GeneratedClientsTest {

    private static final List<String> UNUSED = List.of(
            CodegenConstants.MODEL_TESTS,
            CodegenConstants.MODEL_DOCS,
            CodegenConstants.API_TESTS,
            CodegenConstants.API_DOCS);

    @TempDir
    Path folder;

    /** Builds the document from its source, as the build does. */
    private Path document() throws IOException {
        var yaml = SmallRyeOpenAPI.builder()
                .withCustomStaticFile(ApiDocs::httpSource)
                .enableStandardStaticFiles(false)
                .enableModelReader(false)
                .enableAnnotationScan(false)
                .enableStandardFilter(false)
                .addFilter(new DescriptionParts())
                .build()
                .toYAML();
        return Files.writeString(folder.resolve("openapi.yaml"), yaml);
    }

    private Path generated(String language, Map<String, String> options) throws IOException {
        var configurator = new CodegenConfigurator()
                .setGeneratorName(language)
                .setInputSpec(document().toString())
                .setOutputDir(folder.resolve("client").toString())
                .setValidateSpec(true);
        options.forEach(configurator::addAdditionalProperty);
        var generator = new DefaultGenerator();
        UNUSED.forEach(part -> generator.setGeneratorPropertyDefault(part, "false"));
        generator.opts(configurator.toClientOptInput()).generate();
        return folder.resolve("client");
    }

    @Test
    void aTypeScriptClientCompilesStrictly() throws Exception {
        assumeTrue(NodeClient.installed(), "NOT TESTED: node 20 or newer is not installed");
        var client = generated("typescript-fetch", Map.of());
        var output = JavaScriptBuildTest.node(
                JavaScriptBuildTest.typescript(folder.resolve("tsc")).toString(),
                "--noEmit",
                "--strict",
                "--target",
                "es2022",
                "--module",
                "esnext",
                "--moduleResolution",
                "bundler",
                "--lib",
                "es2022,dom",
                client.resolve("index.ts").toString());
        assertEquals("", output);
        assertTrue(
                Files.readString(client.resolve("apis").resolve("RoomsApi.ts")).contains("async changeRoom("));
    }

    @Test
    void aJavaClientCompiles() throws IOException {
        var client = generated("java", Map.of("library", "native", "useJakartaEe", "true", "openApiNullable", "false"))
                .resolve("src")
                .resolve("main");
        var compiler = ToolProvider.getSystemJavaCompiler();
        var messages = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null);
                var sources = Files.walk(client)) {
            var units = files.getJavaFileObjectsFromPaths(
                    sources.filter(path -> path.toString().endsWith(".java")).toList());
            var options = List.of("-proc:none", "-nowarn", "-implicit:none", "-d", folder.toString());
            assertTrue(
                    compiler.getTask(messages, files, null, options, null, units)
                            .call(),
                    messages::toString);
        }
        assertTrue(Files.exists(folder.resolve("org/openapitools/client/api/RoomsApi.class")));
    }
}
