package dev.bincang;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The house rules that a compiler does not check. */
class ArchitectureTest {

    private static final String ROOT = "dev.bincang";
    private static final Path MAIN = Path.of("src", "main", "java");
    private static final Path TEST = Path.of("src", "test", "java");
    private static final int LINES = 300;
    private static final int TYPES = 12;

    /** From bottom to top. A package may use packages below it, and those on its own floor except on the top floor. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("redis"),
            List.of("cluster"),
            List.of("log"),
            List.of("hub"),
            List.of("command", "mark", "message", "people", "room", "auth", "signal"),
            List.of("transport"),
            List.of("rest"));

    private static JavaClasses classes;

    @BeforeAll
    static void load() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(ROOT);
    }

    // ---- dependencies

    @Test
    void dependenciesPointDownwards() {
        var wrong = classes.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> isOurs(dependency.getTargetClass()))
                .filter(dependency -> !allowed(room(dependency.getOriginClass()), room(dependency.getTargetClass())))
                .map(Dependency::getDescription)
                .distinct()
                .sorted()
                .toList();

        assertNone(wrong, "dependencies against the direction " + FLOORS.reversed());
    }

    /**
     * @param from the first part of the package's name below the root; empty for the root
     */
    private static boolean allowed(String from, String to) {
        if (from.equals(to)) {
            return true;
        }
        return switch (from) {
            case "" -> to.equals("settings"); // its settings use them
            case "protocol", "settings" -> false; // all packages use them, and they use none
            case "ops" -> true;
            default -> List.of("", "protocol", "settings").contains(to) || isBelow(floor(to), floor(from));
        };
    }

    private static boolean isBelow(int to, int from) {
        return to < from || (to == from && from < FLOORS.size() - 1);
    }

    private static int floor(String room) {
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            if (FLOORS.get(floor).contains(room)) {
                return floor;
            }
        }
        return room.equals("ops") ? FLOORS.size() : -1; // -1: an unknown package; the next test reports it
    }

    @Test
    void everyPackageHasItsFloor() {
        var unknown = classes.stream()
                .map(ArchitectureTest::room)
                .filter(room -> !List.of("", "protocol", "settings", "ops").contains(room) && floor(room) < 0)
                .distinct()
                .toList();

        assertNone(unknown, "packages without a floor in this test");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void theRedisClientStaysInItsPackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.bincang.redis..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx.redis..",
                        "io.vertx.mutiny.redis..",
                        "io.vertx.mutiny.core.redis..",
                        "io.quarkus.redis..",
                        "redis..")
                .check(classes);
    }

    /** In dev mode Vert.x outlives the application. */
    @Test
    void aClassThatStartsATimerEndsIt() {
        var endless = classes.stream()
                .filter(one -> calls(one, "setPeriodic") && !calls(one, "cancelTimer"))
                .map(JavaClass::getSimpleName)
                .toList();

        assertEquals(List.of(), endless);
    }

    private static boolean calls(JavaClass one, String method) {
        return one.getMethodCallsFromSelf().stream()
                .anyMatch(call -> call.getTargetOwner().isEquivalentTo(Vertx.class)
                        && call.getName().equals(method));
    }

    @Test
    void socketsHttpAndNettyStayInTransports() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.bincang.transport..", "dev.bincang.redis.setup") // redis.setup configures the client's TLS
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..",
                        "io.vertx.core.http..",
                        "io.vertx.core.net..",
                        "io.vertx.ext.web..",
                        "io.quarkus.websockets..",
                        "io.quarkus.vertx.http..",
                        "jakarta.websocket..")
                .check(classes);
    }

    // ---- names and sizes

    @Test
    void everyPackageIsNullMarked() {
        var wrong = classes.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(ours -> !ours.isAnnotatedWith(NullMarked.class))
                .map(ours -> ours.getName())
                .sorted()
                .toList();

        assertNone(wrong, "packages without a @NullMarked package-info");
    }

    @Test
    void noNameIsMeaningless() {
        var wrong = Stream.concat(sources(MAIN), sources(TEST))
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .filter(name -> name.matches(".*(Impl|Manager|Helper|Utils?|Service)|(Abstract|Base)([A-Z].*)?"))
                .toList();

        assertNone(wrong, "names that say nothing about the domain");
    }

    @Test
    void noFileIsLong() {
        var wrong = Stream.concat(sources(MAIN), sources(TEST))
                .filter(file -> lines(file) > LINES)
                .map(file -> file + ": " + lines(file) + " lines")
                .toList();

        assertNone(wrong, "files of more than " + LINES + " lines");
    }

    @Test
    void noPackageHasTooManyTypes() {
        var wrong = sources(MAIN)
                .filter(file -> !file.endsWith("package-info.java"))
                .collect(groupingBy(Path::getParent, counting()))
                .entrySet()
                .stream()
                .filter(entry -> entry.getValue() > TYPES)
                .map(Map.Entry::toString)
                .toList();

        assertNone(wrong, "packages of more than " + TYPES + " types");
    }

    /** A native image contains the static fields of its classes. A secret in one would be the same in each pod. */
    @Test
    void noRandomValueIsMadeWhenAClassIsLoaded() {
        noFields()
                .that()
                .areStatic()
                .should()
                .haveRawType(assignableTo(Random.class))
                .check(classes);
    }

    private static boolean isOurs(JavaClass type) {
        var name = type.getPackageName();
        return name.equals(ROOT) || name.startsWith(ROOT + ".");
    }

    private static String room(JavaClass type) {
        var name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.", 2)[0];
    }

    private static Stream<Path> sources(Path root) {
        try (var files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertNone(List<String> wrong, String what) {
        assertEquals("", String.join("\n", wrong), what);
    }
}
