package dev.bincang.room;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/roles.md} shows the table of rights, cell by cell. */
class RolesDocTest {

    @Test
    void theDocumentShowsTheTableOfRights() throws IOException {
        assertEquals(String.join("\n", fromCode()), String.join("\n", fromDocument()));
    }

    private static List<String> fromCode() {
        var rows = new ArrayList<String>();
        rows.add("right "
                + String.join(" ", Stream.of(Role.values()).map(Role::wire).toList()));
        for (var right : Right.values()) {
            var cells = Stream.of(Role.values()).map(role -> right.isOf(role) ? "yes" : "no");
            rows.add(words(right) + " " + String.join(" ", cells.toList()));
        }
        return rows;
    }

    private static String words(Right right) {
        return right.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Not the second column: it explains the right in other words and must not be empty. */
    private static List<String> fromDocument() throws IOException {
        try (var lines = Files.lines(Path.of("docs", "roles.md"))) {
            return lines.filter(line -> line.startsWith("|") && !line.startsWith("|---"))
                    .map(RolesDocTest::row)
                    .toList();
        }
    }

    private static String row(String line) {
        var cells = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
        var meaning = cells.get(2);
        var rest = String.join(" ", cells.subList(3, cells.size() - 1));
        return meaning.isEmpty() ? line : cells.get(1).replace("*", "") + " " + rest;
    }
}
