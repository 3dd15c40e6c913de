package dev.bincang.start;

import static dev.bincang.testing.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.RawHttp;
import dev.bincang.testing.process.Processes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code quarkus:dev} on a copy of the project, by the Maven that runs this build: who changes a class sees the change, and
 * goes on chatting. The copy has this build's classes, so that nothing is compiled but the change.
 */
@Execution(ExecutionMode.CONCURRENT)
class DevModeIT {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String SOURCE = "src/main/java/dev/bincang/rest/DevTokens.java";

    /** The first line of the method that makes a token. */
    private static final String ANCHOR = "var id = user == null";

    private static final Path FOLDER = Processes.directory("dev");
    private static final Path LOG = FOLDER.resolve("log");
    private static final int PORT = Processes.freePort();
    private static final int MANAGEMENT = Processes.freePort();
    private static Process process;

    @BeforeAll
    static void start() throws IOException {
        var maven = System.getProperty("bincang.maven.home", "");
        assumeTrue(!maven.isEmpty(), "NOT TESTED: dev mode, since Maven does not run this");
        for (var what : List.of("pom.xml", ".mvn", "src/main", "clients/javascript", "target/classes")) {
            copy(Path.of(what), FOLDER.resolve(what));
        }
        var command = new ArrayList<>(List.of(maven + "/bin/mvn", "--batch-mode", "quarkus:dev"));
        if (System.getProperty("bincang.maven.offline", "").endsWith("true")) {
            command.add("--offline");
        }
        command.addAll(List.of(
                "-Dmaven.repo.local=" + System.getProperty("bincang.maven.repository"),
                "-Dmaven.main.skip",
                "-Dspotless.skip",
                "-Ddebug=false",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + PORT,
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + MANAGEMENT));
        var builder = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(LOG.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_") || name.startsWith("QUARKUS_"));
        process = Processes.start(builder);
        await().atMost(LONG).until(() -> !process.isAlive() || log().contains("Live Coding activated"));
        assumeTrue(
                process.isAlive() || !log().contains("offline mode"),
                "NOT TESTED: dev mode, since Maven is offline and has not all that it needs");
        assertTrue(process.isAlive(), DevModeIT::log);
    }

    @AfterAll
    static void stop() {
        if (process != null) {
            Processes.kill(process);
        }
    }

    /** The socket stays open over a reload. The application behind it is another one, and has other settings. */
    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void aChangedSettingOfTheServersSocketIsApplied() throws IOException {
        awaitReady();
        var settings = FOLDER.resolve("src/main/resources/application.properties");
        Files.writeString(settings, Files.readString(settings) + "\n%dev.bincang.http.request-time=1s\n");

        await().atMost(LONG).ignoreExceptions().until(() -> {
            answer(PORT, "/client/index.js"); // whoever asks makes it look for changes
            return RawHttp.ask(PORT, "GET / HT").body().contains("within 1 s");
        });
    }

    /** No other site's page may get a token, by whatever name or address leads here. */
    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void onlyALoopbackHostGetsAToken() throws IOException {
        awaitReady();
        for (var host : List.of("localhost", "localhost:" + PORT, "127.0.0.1", "127.9.9.9:80", "[::1]:" + PORT)) {
            assertEquals(200, token("Host: " + host), host);
        }
        for (var host : List.of("0.0.0.0", "192.168.1.5:" + PORT, "[::]", "[fe80::1]")) {
            assertEquals(403, token("Host: " + host), host);
        }
        for (var host : List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil.example")) {
            assertEquals(421, token("Host: " + host), host);
        }
    }

    private static int token(String host) throws IOException {
        return RawHttp.ask(PORT, "GET /dev/token?user=ana HTTP/1.1\r\n" + host + "\r\n\r\n")
                .status();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void whoChangesAClassSeesTheChangeAndGoesOnChatting() throws IOException {
        awaitReady();
        var ana = Http.guest(PORT, "Ana");
        ana.say("general", "before");
        for (var change : List.of("first change", "second change")) {
            change(change);

            await().atMost(LONG)
                    .until(() -> answer(PORT, "/dev/token?user=" + change.replace(" ", "%20"))
                            .equals(change));

            awaitReady();
            ana.say("general", change);
        }
        var history = "{\"type\":\"history\",\"req\":2,\"room\":\"general\",\"limit\":10}";
        assertEquals(
                List.of("before", "first change", "second change"),
                ana.post("/api/commands", history).ok().body().findValuesAsText("text"),
                DevModeIT::log);
    }

    /** A token for that user is their name from now on. */
    private static void change(String user) throws IOException {
        var file = FOLDER.resolve(SOURCE);
        var text = Files.readString(file);
        assertTrue(text.contains(ANCHOR), text);
        Files.writeString(
                file,
                text.replace(
                        ANCHOR, "if (\"" + user + "\".equals(user)) return Uni.createFrom().item(user);\n" + ANCHOR));
    }

    /** It answers before its links to Redis are up. */
    private static void awaitReady() {
        await().atMost(LONG).until(() -> answer(MANAGEMENT, "/q/health/ready").startsWith("{"));
    }

    private static String answer(int port, String path) {
        try (var in = URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            return e.toString(); // while it starts again
        }
    }

    private static String log() {
        try {
            return Files.readString(LOG);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** With the times of the files, by which dev mode knows what has changed. */
    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (var all = Files.walk(from)) {
            for (var one : all.toList()) {
                Files.copy(one, to.resolve(from.relativize(one)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
