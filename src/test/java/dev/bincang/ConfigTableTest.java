package dev.bincang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Compares the table in docs/settings.md with {@link BincangConfig}. Javadoc exists only in the source, so the test
 * reads that.
 */
class ConfigTableTest {

    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "bincang");
    private static final Path DOCUMENT = Path.of("docs", "settings.md");
    private static final String BEGIN = "<!-- settings -->";
    private static final String END = "<!-- /settings -->";

    private static final Pattern INTERFACE = Pattern.compile("(?:public )?interface (\\w+) \\{");
    private static final Pattern DEFAULT = Pattern.compile("@WithDefault\\(\"(.*)\"\\)");
    private static final Pattern METHOD = Pattern.compile("([\\w<>]+) (\\w+)\\(\\);");

    private record Setting(String name, String initial, String meaning) {
        String row() {
            return "| `%s` | `%s` | %s |".formatted(name, initial, meaning.replace("|", "\\|"));
        }
    }

    @Test
    void theDocumentHasTheTableOfSettings() throws IOException {
        var table = "| setting | default | |\n|---|---|---|\n"
                + settings().stream().map(Setting::row).collect(Collectors.joining("\n"));

        var document = Files.readString(DOCUMENT);
        var begin = document.indexOf(BEGIN);
        var end = document.indexOf(END);
        var actual = begin < 0 || end < begin
                ? "none between " + BEGIN + " and " + END
                : document.substring(begin + BEGIN.length(), end).strip();

        assertEquals(table, actual, () -> "the table to paste into docs/settings.md:\n\n" + table + "\n\n");
    }

    @Test
    void everySettingHasANameADefaultAndAMeaning() throws IOException {
        var read = new LinkedHashMap<String, String>();
        for (var setting : settings()) {
            read.put(setting.name(), setting.initial());
            assertNotEquals("", setting.meaning(), setting.name());
            assertTrue(setting.meaning().endsWith("."), setting.name());
        }

        assertEquals(SettingNames.withDefaults(), read, "as read from the source, and as compiled");
    }

    // ---- the source

    private static List<Setting> settings() throws IOException {
        var groups = new HashMap<String, List<Setting>>();
        var order = new ArrayList<String[]>(); // the methods of the root: type, name, default, meaning
        for (var source : sources()) {
            var group = "";
            var javadoc = "";
            var initial = "";
            for (var line : Files.readString(source)
                    .replaceAll("\\s*\\n\\s*\\* ?(?!/)", " ")
                    .split("\n", -1)) {
                var text = line.strip();
                var type = INTERFACE.matcher(text);
                var value = DEFAULT.matcher(text);
                var method = METHOD.matcher(text);
                if (text.startsWith("/**")) {
                    javadoc = prose(text);
                } else if (type.matches()) {
                    group = type.group(1);
                } else if (value.matches()) {
                    initial = value.group(1);
                } else if (method.matches() && group.equals(BincangConfig.class.getSimpleName())) {
                    order.add(new String[] {method.group(1), method.group(2), initial, javadoc});
                    initial = "";
                } else if (method.matches()) {
                    groups.computeIfAbsent(group, _ -> new ArrayList<>())
                            .add(new Setting(SettingNames.kebab(method.group(2)), initial, javadoc));
                    initial = "";
                }
            }
        }
        var settings = new ArrayList<Setting>();
        for (var root : order) {
            var name = "bincang." + SettingNames.kebab(root[1]);
            if (groups.containsKey(root[0])) {
                groups.get(root[0])
                        .forEach(in -> settings.add(new Setting(name + "." + in.name(), in.initial(), in.meaning())));
            } else {
                settings.add(new Setting(name, root[2], root[3]));
            }
        }
        return settings;
    }

    private static List<Path> sources() throws IOException {
        try (var files = Files.list(SOURCES)) {
            return files.filter(file -> file.toString().endsWith("Config.java")).toList();
        }
    }

    private static String prose(String javadoc) {
        return javadoc.replaceAll("^/\\*\\*\\s*|\\s*\\*/$", "")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\s+", " ");
    }
}
