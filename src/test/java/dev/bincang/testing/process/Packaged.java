package dev.bincang.testing.process;

import java.util.ArrayList;
import java.util.List;

/**
 * The packaged application as a process of its own: the jar that {@code bincang.jar} names, run by the JVM of the
 * tests, or the native executable that {@code bincang.executable} names.
 */
public final class Packaged {

    private Packaged() {}

    /**
     * The command that starts it.
     *
     * @param flags settings as {@code -Dname=value}, and flags of the JVM
     */
    public static List<String> command(List<String> flags) {
        var executable = executable();
        var command = new ArrayList<String>();
        if (!executable.isEmpty()) {
            command.add(executable);
            command.addAll(taken(flags));
        } else {
            command.add(System.getProperty("java.home") + "/bin/java");
            command.addAll(flags);
            command.addAll(List.of("-jar", property("bincang.jar", "target/quarkus-app/quarkus-run.jar")));
        }
        return command;
    }

    /** The flags that the application accepts: a native executable knows few flags of the JVM. */
    public static List<String> taken(List<String> flags) {
        return isNative()
                ? flags.stream()
                        .filter(flag -> flag.startsWith("-D") || flag.startsWith("-Xmx"))
                        .toList()
                : flags;
    }

    /** Whether it is a native executable. */
    public static boolean isNative() {
        return !executable().isEmpty();
    }

    private static String executable() {
        return property("bincang.executable", "");
    }

    private static String property(String name, String otherwise) {
        var value = System.getProperty(name, "").strip();
        return value.isEmpty() ? otherwise : value;
    }
}
