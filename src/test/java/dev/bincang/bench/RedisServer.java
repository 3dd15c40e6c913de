package dev.bincang.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An empty Redis on a free port of 127.0.0.1, with the same options for all servers. */
public final class RedisServer implements AutoCloseable {
    private static final Pattern COST = Pattern.compile("cmdstat_([^:]+):calls=(\\d+),usec=(\\d+)");

    private final int port = Child.freePort();
    private final Child child;

    /** What one command cost since the start of Redis, also inside scripts. */
    record Cost(long calls, long micros) {
        static final Cost NOTHING = new Cost(0, 0);

        Cost since(Cost earlier) {
            return new Cost(calls - earlier.calls, micros - earlier.micros);
        }

        double each() {
            return (double) micros / Math.max(1, calls);
        }
    }

    public RedisServer(Setting setting) throws Exception {
        Child started = Child.start("redis", setting.directory(), command(setting));
        child = started.awaitPort(port);
    }

    private List<String> command(Setting setting) {
        return List.of(
                "redis-server",
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--dir",
                setting.directory().toAbsolutePath().toString(),
                "--save",
                "",
                "--appendonly",
                "no",
                "--stream-node-max-bytes",
                "1024",
                "--maxmemory-policy",
                "noeviction");
    }

    public int port() {
        return port;
    }

    long pid() {
        return child.pid();
    }

    /** The cost of each command, by its name. */
    Map<String, Cost> costs() throws IOException {
        Map<String, Cost> costs = new HashMap<>();
        try (Socket socket = new Socket(Child.loopback(), port)) {
            socket.getOutputStream().write("INFO commandstats\r\nQUIT\r\n".getBytes(US_ASCII));
            InputStream answer = socket.getInputStream();
            Matcher cost = COST.matcher(new String(answer.readAllBytes(), US_ASCII));
            while (cost.find()) {
                costs.put(cost.group(1), new Cost(Long.parseLong(cost.group(2)), Long.parseLong(cost.group(3))));
            }
        }
        return costs;
    }

    @Override
    public void close() {
        child.close();
    }
}
