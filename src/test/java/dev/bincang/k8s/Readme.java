package dev.bincang.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.regex.Pattern;

/** The examples in k8s/README.md, so that tests run what it shows. */
final class Readme {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```[a-z]*\\n(.*?)^ *```$");

    private Readme() {}

    /** The only block that contains the text. */
    static String block(String text) {
        try {
            var found = BLOCK.matcher(Files.readString(Kustomize.ROOT.resolve("README.md")))
                    .results()
                    .map(one -> one.group(1))
                    .filter(one -> one.contains(text))
                    .toList();
            if (found.size() != 1) {
                throw new IllegalStateException(found.size() + " blocks contain " + text);
            }
            return found.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
