package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.client.Http;
import dev.bincang.testing.client.Listener;
import dev.bincang.testing.client.WebSocketWire;
import dev.bincang.testing.process.NodeClient;
import dev.bincang.testing.process.Pod;
import dev.bincang.testing.process.ProxyProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The JavaScript client behind real proxies that block some transports. Within five seconds it uses a transport that
 * works, and it never loses anything.
 */
@Execution(ExecutionMode.CONCURRENT)
class ProxiesIT {

    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final long OPEN_MS = 5_000;
    private static final String TRANSPARENT =
            "proxy_pass http://pods; proxy_http_version 1.1; proxy_read_timeout 300s; proxy_buffering off;";
    private static final String UPGRADE =
            "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_header;";

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2);

    private final String room = "proxies-" + ROOMS.incrementAndGet();
    private String token;

    @BeforeEach
    void aGuest() {
        assumeTrue(NodeClient.installed(), "NOT TESTED: node 20 or newer is not installed");
        token = Http.guest(CLUSTER.pod(0).port(), "Ana").token();
    }

    private static void needs(String program) {
        assumeTrue(ProxyProcess.find(program).isPresent(), "NOT TESTED: " + program + " is not installed");
    }

    private static List<Integer> pods() {
        return CLUSTER.pods().stream().map(Pod::port).toList();
    }

    private NodeClient through(String url, Map<String, String> more) {
        var environment = new HashMap<>(more);
        environment.putAll(Map.of("SERVER", url, "TOKEN", token, "ROOM", room));
        return new NodeClient("src/test/resources/proxies/talk.js", environment);
    }

    /** Both sides write, with this silence in between. Everything arrives once and in order. */
    private void chats(NodeClient client, int count, Duration silence, Set<String> transports) {
        await().atMost(LONG).until(() -> !client.reports("joined").isEmpty());
        var openMs = client.reports("state").stream()
                .filter(one -> one.path("state").asText().equals("open"))
                .findFirst()
                .orElseThrow()
                .path("ms")
                .asLong();
        try (var ana = Listener.of(CLUSTER.pod(0).port(), token)) {
            for (int i = 0; i < count; i++) {
                client.send("behind-" + i);
                ana.ask("\"type\":\"send\",\"room\":\"" + room + "\",\"text\":\"outside-" + i + "\"");
                await().pollDelay(silence).atMost(LONG).until(() -> true);
            }
        }
        await().atMost(LONG)
                .until(() -> client.reports("sent").size() == count
                        && client.reports("text").size() >= 2 * count);
        assertEquals(
                LongStream.rangeClosed(1, 2L * count).boxed().toList(),
                client.reports("text").stream()
                        .map(one -> one.path("seq").asLong())
                        .toList(),
                client.toString());
        assertTrue(
                client.reports("trouble").isEmpty() && client.reports("failed").isEmpty(), client.toString());
        // A slow machine makes the client begin with a worse transport. It tries the better ones after a minute.
        await().alias("one of " + transports).atMost(LONG).until(() -> transports.contains(transport(client)));
        System.out.printf("open in %d ms over %s%n", openMs, transport(client));
        assertTrue(openMs < OPEN_MS, openMs + " ms until open");
    }

    private static String transport(NodeClient client) {
        return client.reports("transport").getLast().path("transport").asText();
    }

    private void chatsBehindNginx(String location, String hole, Set<String> transports) {
        needs("nginx");
        try (var proxy = ProxyProcess.nginx(pods(), location, hole);
                var client = through("http://127.0.0.1:" + proxy.port() + "/", Map.of())) {
            chats(client, 10, Duration.ofMillis(100), transports);
        }
    }

    @Test
    void anIngressThatPassesEverythingUsesWebSocket() {
        chatsBehindNginx(TRANSPARENT + UPGRADE, "''", Set.of("websocket"));
    }

    @Test
    void aProxyDropsTheUpgrade() {
        chatsBehindNginx(TRANSPARENT, "''", Set.of("stream"));
    }

    @Test
    void aProxyRefusesTheUpgrade() {
        chatsBehindNginx("if ($http_upgrade) { return 403; } " + TRANSPARENT, "''", Set.of("stream"));
    }

    /** The worst case: no answer at all. */
    @Test
    void aProxyNeverAnswersTheUpgrade() throws IOException {
        try (var hole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            chatsBehindNginx(
                    TRANSPARENT.replace("http://pods", "http://$where"),
                    "127.0.0.1:" + hole.getLocalPort(),
                    Set.of("stream"));
        }
    }

    /** The proxy collects answers, compresses them, and passes them on when they are complete. */
    @Test
    void aProxyBuffersAnswers() {
        chatsBehindNginx("""
                proxy_pass http://pods; proxy_http_version 1.0; proxy_read_timeout 300s; proxy_buffering on;
                proxy_buffer_size 64k; proxy_buffers 16 64k; proxy_busy_buffers_size 128k;
                proxy_ignore_headers X-Accel-Buffering;
                gzip on; gzip_types application/json application/x-ndjson; gzip_min_length 1;""", "''", Set.of("longpoll"));
    }

    @Test
    void aProxyCutsConnectionsThatAreSilentForFiveSeconds() {
        needs("haproxy");
        try (var proxy = ProxyProcess.haproxy(pods(), "", Duration.ofSeconds(5));
                var client = through("http://127.0.0.1:" + proxy.port() + "/", Map.of())) {
            chats(client, 5, Duration.ofSeconds(7), Set.of("websocket", "stream", "longpoll"));
        }
    }

    @Test
    void aProxyTerminatesTls() throws IOException, InterruptedException {
        needs("haproxy");
        needs("openssl");
        var pem = Files.createTempFile(Path.of("target"), "front", ".pem").toAbsolutePath();
        var made = new ProcessBuilder(("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "
                                + pem + " -out " + pem + ".crt")
                        .split(" "))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        assertEquals(0, made);
        Files.writeString(pem, Files.readString(Path.of(pem + ".crt")) + Files.readString(pem));
        try (var proxy = ProxyProcess.haproxy(pods(), "ssl crt " + pem + " alpn h2,http/1.1", LONG);
                var client = through(
                        "https://localhost:" + proxy.port() + "/", Map.of("NODE_TLS_REJECT_UNAUTHORIZED", "0"))) {
            chats(client, 10, Duration.ofMillis(100), Set.of("websocket"));
        }
    }

    /** The proxy passes plain requests on. A WebSocket would need CONNECT, which the proxy allows only for TLS. */
    @Test
    void aForwardProxyOfACompany() {
        needs("squid");
        try (var proxy = ProxyProcess.squid();
                var client = through(
                        "http://127.0.0.1:" + CLUSTER.pod(0).port() + "/",
                        Map.of("PROXY", "http://127.0.0.1:" + proxy.port()))) {
            chats(client, 10, Duration.ofMillis(100), Set.of("stream"));
        }
    }

    // ---- the configurations that docs/transports.md shows

    @ParameterizedTest
    @EnumSource
    void aProxyOfTheDocumentCarriesSocketsStreamsAndBrowsers(ProxyProcess.Shown shown) throws IOException {
        needs(shown.program());
        try (var proxy = shown.start(CLUSTER.pod(0).port(), CLUSTER.pod(1).port())) {
            var site = "http://127.0.0.1:" + proxy.port();
            try (var page = new WebSocketWire(proxy.port(), 0, "Origin: " + site + "\r\n")) {
                page.timeout(5000); // otherwise the handshake has thrown
            }
            try (var client = through(site + "/", Map.of())) {
                chats(client, 3, Duration.ofMillis(100), Set.of("websocket"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProxyOfTheDocumentPassesAStreamOn(ProxyProcess.Shown shown) throws IOException {
        needs(shown.program());
        try (var proxy = shown.start(CLUSTER.pod(0).port(), CLUSTER.pod(1).port());
                var client = through("http://127.0.0.1:" + proxy.port() + "/", Map.of("SOCKETLESS", "yes"))) {
            chats(client, 3, Duration.ofMillis(100), Set.of("stream"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProxyOfTheDocumentReportsTheRealAddressOfTheClient(ProxyProcess.Shown shown) throws IOException {
        needs(shown.program());
        var heard = new AtomicReference<Headers>();
        var pod = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pod.createContext("/", exchange -> {
            heard.set(exchange.getRequestHeaders());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        pod.start();
        var port = pod.getAddress().getPort();
        try (var proxy = shown.start(port, port)) {
            new Http(proxy.port(), "")
                    .ask(
                            "GET",
                            "/",
                            BodyPublishers.noBody(),
                            "X-Forwarded-For",
                            "6.6.6.6",
                            "X-Forwarded-Proto",
                            "https");
            assertEquals(List.of("127.0.0.1"), heard.get().get("X-Forwarded-For"));
            assertEquals(List.of("http"), heard.get().get("X-Forwarded-Proto"));
            assertEquals(List.of("127.0.0.1:" + proxy.port()), heard.get().get("Host"));
        } finally {
            pod.stop(0);
        }
    }

    @Test
    void everyConfigurationOfTheDocumentIsTested() throws IOException {
        var shown = Pattern.compile("(?m)^```([a-z]+)$")
                .matcher(Files.readString(Path.of("docs", "transports.md")))
                .results()
                .map(block -> block.group(1))
                .filter(language -> !Set.of("mermaid", "sh").contains(language))
                .toList();
        assertEquals(
                Stream.of(ProxyProcess.Shown.values())
                        .map(ProxyProcess.Shown::language)
                        .toList(),
                shown);
    }
}
