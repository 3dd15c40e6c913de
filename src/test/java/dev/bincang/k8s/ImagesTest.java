package dev.bincang.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The images in the manifests have the version of the project. */
class ImagesTest {

    static Stream<Manifests> all() {
        return Manifests.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void allImagesHaveOneVersion(Manifests manifests) {
        manifests.templates().values().stream()
                .flatMap(template -> template.getSpec().getContainers().stream())
                .forEach(container -> assertTrue(
                        container.getImage().matches("[a-z0-9./-]+:[0-9]+\\.[0-9]+\\.[0-9]+(-[a-z]+)?"),
                        container::getImage));
    }

    @Test
    void theVersionIsTheVersionOfTheProject() throws IOException {
        var pom = Files.readString(Path.of("pom.xml"));
        var version = pom.replaceAll(
                "(?s).*?<artifactId>bincang</artifactId>\\s*<version>(.*?)(-SNAPSHOT)?</version>.*", "$1");
        assertEquals(
                "bincang:" + version,
                Manifests.overlay("production").container().getImage());
        var small = Manifests.made("with-native", List.of("native"));
        assertEquals("bincang:" + version + "-native", small.container().getImage());
    }
}
