package dev.bincang.browser;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bincang.testing.process.Processes;
import dev.bincang.testing.process.ProxyProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A headless Chromium with a profile of its own, for all tests of a class. After each test it checks the console: no
 * errors, no uncaught exceptions, no violations of the content security policy.
 */
final class Browser implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private static final Duration START = Duration.ofSeconds(30);
    private static final List<String> FLAGS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // Tabs in the background must be as fast as those in front.
            "--disable-background-timer-throttling",
            "--disable-backgrounding-occluded-windows",
            "--disable-renderer-backgrounding",
            "--hide-scrollbars", // phones have none, and they differ between desktops
            "--lang=en-GB",
            "--accept-lang=en-GB",
            "--remote-debugging-port=0");

    private final List<Tab> tabs = new ArrayList<>();
    private Process process;
    private String address;
    private DevTools tools;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        var program = ProxyProcess.find("chromium");
        if (program.isEmpty()) {
            return; // each test reports it
        }
        var folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "browser")), "profile-")
                .toAbsolutePath();
        var command = new ArrayList<>(List.of(program.get()));
        command.addAll(FLAGS);
        command.add("--user-data-dir=" + folder);
        command.add("about:blank");
        process = Processes.start(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile()));
        var door = folder.resolve("DevToolsActivePort");
        address = "ws://127.0.0.1:"
                + await().atMost(START)
                        .until(() -> door(door), Optional::isPresent)
                        .orElseThrow();
        tools = new DevTools(address, _ -> {});
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        assumeTrue(process != null, "NOT TESTED: chromium is not installed");
    }

    /** The port and path of DevTools. Chromium writes them to a file when it listens. */
    private static Optional<String> door(Path file) throws IOException {
        var lines = Files.exists(file) ? Files.readAllLines(file) : List.<String>of();
        return lines.size() < 2 ? Optional.empty() : Optional.of(lines.get(0) + lines.get(1));
    }

    /** A new tab in its own window, so that it is visible, with its own storage. */
    Tab tab() {
        return tab(tools.ask("Target.createTarget", Map.of("url", "about:blank", "newWindow", true))
                .path("targetId")
                .textValue());
    }

    /** A duplicate of the tab: the same page with a copy of its storage. */
    Tab copyOf(Tab tab) {
        tab.eval("void window.open(location.href)");
        return tab(await().until(() -> opened(tab), Optional::isPresent).orElseThrow());
    }

    private Optional<String> opened(Tab by) {
        for (var one : tools.ask("Target.getTargets", Map.of()).path("targetInfos")) {
            if (one.path("openerId").asText().equals(by.target())) {
                return Optional.of(one.path("targetId").textValue());
            }
        }
        return Optional.empty();
    }

    private Tab tab(String target) {
        var tab = new Tab(target, address.replaceFirst("/devtools/.*", "/devtools/page/" + target));
        tabs.add(tab);
        return tab;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var problems = tabs.stream().flatMap(tab -> tab.problems().stream()).toList();
        for (var tab : tabs) {
            tab.close();
            tools.ask("Target.closeTarget", Map.of("targetId", tab.target()));
        }
        tabs.clear();
        assertEquals(List.of(), problems);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (process != null) {
            Processes.kill(process);
        }
    }
}
