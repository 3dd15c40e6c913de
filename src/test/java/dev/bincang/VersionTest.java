package dev.bincang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every file shows the same version, the one of {@code pom.xml}. */
class VersionTest {

    /** Each file, and a pattern of its versions. The group is the version. */
    private record Place(String file, String pattern) {}

    private static final String IMAGE = "bincang:(\\d+\\.\\d+\\.\\d+)";
    private static final List<Place> PLACES = List.of(
            new Place("clients/javascript/package.json", "\"version\": \"(.*?)\""),
            new Place("src/main/resources/META-INF/openapi.yaml", "(?m)^  version: '?(.*?)'?$"),
            new Place("src/main/resources/META-INF/resources/asyncapi.yaml", "(?m)^  version: '?(.*?)'?$"),
            new Place("src/main/docker/Dockerfile.jvm", "(?:ARG VERSION=|bincang:)([0-9.]+)"),
            new Place("src/main/docker/Dockerfile.native-micro", "(?:ARG VERSION=|bincang:)([0-9.]+)"),
            new Place("k8s/base/kustomization.yaml", "(?:newTag: |bincang:)([0-9.]+[0-9])"),
            new Place("k8s/components/native/kustomization.yaml", "newTag: ([0-9.]+)"),
            new Place("README.md", IMAGE),
            new Place("CONTRIBUTING.md", IMAGE),
            new Place("k8s/README.md", IMAGE),
            new Place("k8s/README.md", "newTag: (.*)"),
            new Place("CHANGELOG.md", "(?m)\\A(?:(?!^## ).*\\n)*## ([0-9.]+)"));

    private static String version() throws IOException {
        var found = Pattern.compile("<artifactId>bincang</artifactId>\\s*<version>(.*?)(?:-SNAPSHOT)?</version>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertTrue(found.find());
        return found.group(1);
    }

    @Test
    void everyFileHasTheSameVersion() throws IOException {
        var version = version();
        for (var place : PLACES) {
            var found = found(place);
            assertTrue(!found.isEmpty(), () -> "no version in " + place.file());
            found.forEach(one -> assertEquals(version, one, place.file()));
        }
    }

    private static List<String> found(Place place) throws IOException {
        try (Stream<String> all = Pattern.compile(place.pattern())
                .matcher(Files.readString(Path.of(place.file())))
                .results()
                .map(match -> match.group(1))) {
            return all.toList();
        }
    }
}
