package dev.bincang.browser;

import static dev.bincang.testing.Waits.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionTimeoutException;

/** A tab as its user handles it: they type, press keys, click and look. It also has the messages of the console. */
final class Tab implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SHIFT = 8;
    /** Keys by name: their code, and the character that they write. */
    private static final Map<String, Key> KEYS = Map.of(
            "Enter", new Key(13, "\r"),
            "Tab", new Key(9, ""),
            "Escape", new Key(27, ""),
            "Space", new Key(32, " "),
            "PageUp", new Key(33, ""));

    private record Key(int number, String text) {}

    /** A complaint of the browser. */
    private record Problem(boolean ofNetwork, String text) {}

    private final String target;
    private final DevTools tools;
    private final List<Problem> problems = new CopyOnWriteArrayList<>();
    private volatile boolean networkMayFail;

    Tab(String target, String address) {
        this.target = target;
        tools = new DevTools(address, this::heard);
        for (var domain : List.of("Page", "Runtime", "Log", "Network", "Audits")) {
            tools.ask(domain + ".enable", Map.of());
        }
        tools.ask("Emulation.setFocusEmulationEnabled", Map.of("enabled", true)); // all tabs count as focused
    }

    String target() {
        return target;
    }

    // ---- page and display

    Tab open(String url) {
        tools.ask("Page.navigate", Map.of("url", url));
        return until("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    void reload() {
        eval("window.isOld = true");
        tools.ask("Page.reload", Map.of());
        until("document.readyState === 'complete' && !window.isOld");
    }

    Tab viewport(int width, int height, boolean mobile) {
        tools.ask(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", mobile ? 2 : 1, "mobile", mobile));
        tools.ask("Emulation.setTouchEmulationEnabled", Map.of("enabled", mobile));
        return this;
    }

    /** @param scheme {@code dark} or {@code light} */
    Tab colors(String scheme) {
        tools.ask(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        return this;
    }

    /** Takes the network away, or gives it back. */
    void offline(boolean offline) {
        networkMayFail();
        tools.ask(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    byte[] screenshot() {
        var picture = tools.ask("Page.captureScreenshot", Map.of("format", "png", "optimizeForSpeed", false));
        return Base64.getDecoder().decode(picture.path("data").textValue());
    }

    // ---- content

    /** The value of an expression; a promise is awaited. */
    JsonNode eval(String expression) {
        var answer = tools.ask(
                "Runtime.evaluate",
                Map.of("expression", expression, "awaitPromise", true, "returnByValue", true, "userGesture", true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    /** Waits until it is true. */
    Tab until(String expression) {
        try {
            await().atMost(SOON)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(30))
                    .ignoreExceptionsInstanceOf(IllegalStateException.class) // while the page changes
                    .until(() -> eval("!!(" + expression + ")").booleanValue());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("never: " + expression + "\non the page: " + eval("document.body.innerText"), e);
        }
        return this;
    }

    /** The value for each matching element. */
    List<String> texts(String selector) {
        var texts = eval("[...document.querySelectorAll('" + selector + "')].map((one) => one.textContent)");
        return texts.valueStream().map(JsonNode::asText).toList();
    }

    String text(String selector) {
        return String.join("\n", texts(selector));
    }

    /** The focused element, by its id, or by its text. */
    String focused() {
        return eval("document.activeElement.id || document.activeElement.textContent.trim()")
                .asText();
    }

    // ---- actions of the user

    void type(String text) {
        tools.ask("Input.insertText", Map.of("text", text));
    }

    /**
     * @param key its name, with the prefix {@code Shift+} if that is held
     */
    void press(String key) {
        var name = key.replace("Shift+", "");
        var one = KEYS.get(name);
        var code = name.equals("Space") ? " " : name;
        var modifiers = key.startsWith("Shift+") ? SHIFT : 0;
        for (var type : List.of(one.text.isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
            tools.ask(
                    "Input.dispatchKeyEvent",
                    Map.of(
                            "type", type,
                            "key", code,
                            "code", name,
                            "windowsVirtualKeyCode", one.number,
                            "modifiers", modifiers,
                            "text", type.equals("keyDown") ? one.text : ""));
        }
    }

    /** Clicks in the middle of the element like a mouse. No other element may cover it. */
    void click(String selector) {
        until("document.querySelector('" + selector + "')?.checkVisibility()");
        var at = eval("""
                (() => {
                  const one = document.querySelector('%s');
                  one.scrollIntoView({ block: 'nearest' });
                  const box = one.getBoundingClientRect();
                  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                  const top = document.elementFromPoint(x, y);
                  if (!one.contains(top)) throw new Error(`${top?.outerHTML} lies on it`);
                  return { x, y };
                })()""".formatted(selector));
        for (var type : List.of("mousePressed", "mouseReleased")) {
            tools.ask(
                    "Input.dispatchMouseEvent",
                    Map.of("type", type, "x", at.get("x"), "y", at.get("y"), "button", "left", "clickCount", 1));
        }
    }

    // ---- messages of the browser

    private void heard(JsonNode event) {
        var about = event.path("params");
        switch (event.path("method").asText()) {
            case "Runtime.exceptionThrown" -> problem(false, about.path("exceptionDetails"));
            case "Runtime.consoleAPICalled" -> {
                if (about.path("type").asText().matches("error|assert|warning")) {
                    problem(false, about.path("args"));
                }
            }
            case "Log.entryAdded" -> {
                var entry = about.path("entry");
                if (entry.path("level").asText().equals("error")) {
                    var text = entry.path("text").asText();
                    problem(
                            entry.path("source").asText().equals("network")
                                    || text.startsWith("WebSocket connection to"),
                            entry);
                }
            }
            case "Audits.issueAdded" -> {
                var issue = about.path("issue");
                if (issue.path("code").asText().equals("ContentSecurityPolicyIssue")) {
                    problem(false, issue);
                }
            }
            default -> {}
        }
    }

    private void problem(boolean ofNetwork, JsonNode text) {
        problems.add(new Problem(ofNetwork, text.toString()));
    }

    /** The test breaks connections on purpose, so complaints about the network are no problem. */
    void networkMayFail() {
        networkMayFail = true;
    }

    /** Errors on the console, uncaught exceptions, and violations of the content security policy. */
    List<String> problems() {
        return problems.stream()
                .filter(one -> !(one.ofNetwork && networkMayFail))
                .map(Problem::text)
                .toList();
    }

    @Override
    public void close() {
        tools.close();
    }
}
