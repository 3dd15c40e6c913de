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

/** README's table of settings says what {@link BincangConfig} says. Javadoc is in the source only, so that is read. */
class ConfigTableTest {

    private static final Path SOURCE = Path.of("src", "main", "java", "dev", "bincang", "BincangConfig.java");
    private static final Path README = Path.of("README.md");
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
    void readmeHasTheTableOfSettings() throws IOException {
        var table = "| setting | default | |\n|---|---|---|\n"
                + settings().stream().map(Setting::row).collect(Collectors.joining("\n"));

        var readme = Files.exists(README) ? Files.readString(README) : "";
        var begin = readme.indexOf(BEGIN);
        var end = readme.indexOf(END);
        var actual = begin < 0 || end < begin
                ? "none between " + BEGIN + " and " + END
                : readme.substring(begin + BEGIN.length(), end).strip();

        assertEquals(table, actual, () -> "the table to paste into README.md:\n\n" + table + "\n\n");
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
        var order = new ArrayList<String[]>(); // the root's methods: type, name, default, meaning
        String group = "";
        var javadoc = "";
        var initial = "";
        for (var line : Files.readString(SOURCE)
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

    private static String prose(String javadoc) {
        return javadoc.replaceAll("^/\\*\\*\\s*|\\s*\\*/$", "")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\s+", " ");
    }
}
