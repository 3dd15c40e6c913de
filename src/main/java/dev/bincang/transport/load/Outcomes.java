package dev.bincang.transport.load;

import dev.bincang.protocol.CloseCode;
import dev.bincang.protocol.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what clients were told: close codes, error codes, HTTP statuses, and the TCP connections that are refused
 * without a word. All values of a label are known at the start, and every counter exists from the start: Prometheus
 * misses the first increment of a counter that appears with it.
 * Callable from any thread; counting allocates nothing.
 */
@Singleton
public class Outcomes {

    /** The HTTP statuses of answers beside the statuses of {@link ErrorCode}. */
    private static final List<Integer> STATUSES =
            List.of(200, 201, 202, 204, 206, 304, 405, 406, 408, 414, 415, 417, 421, 426, 431, 505);

    private final Map<CloseCode, Counter> closes = new EnumMap<>(CloseCode.class);
    private final Map<ErrorCode, Counter> refusals = new EnumMap<>(ErrorCode.class);
    private final Map<Integer, Counter> statuses = new TreeMap<>();
    private final Counter otherStatuses;
    private final Counter connectionsRefused;

    Outcomes(MeterRegistry registry) {
        for (var code : CloseCode.values()) {
            closes.put(code, counter("bincang_closes", "code", Integer.toString(code.code()), registry));
        }
        for (var code : ErrorCode.values()) {
            refusals.put(code, counter("bincang_refusals", "code", code.wire(), registry));
            status(code.status(), registry);
        }
        STATUSES.forEach(status -> status(status, registry));
        otherStatuses = counter("bincang_http_responses", "status", "other", registry);
        connectionsRefused = Counter.builder("bincang_connections_refused")
                .description("TCP connections that this pod closed at once because it had too many.")
                .register(registry);
    }

    private void status(int status, MeterRegistry registry) {
        statuses.computeIfAbsent(
                status, _ -> counter("bincang_http_responses", "status", Integer.toString(status), registry));
    }

    private static Counter counter(String name, String label, String value, MeterRegistry registry) {
        var help = switch (name) {
            case "bincang_closes" -> "Sockets and HTTP listeners that this pod closed, by close code.";
            case "bincang_refusals" -> "Commands refused, over sockets and HTTP, by error code.";
            default -> "HTTP answers begun, by status; not those on the management port.";
        };
        return Counter.builder(name).description(help).tag(label, value).register(registry);
    }

    /** A client was closed with this code. */
    public void closed(CloseCode code) {
        add(closes.get(code));
    }

    /** A command was refused with this code. */
    public void refused(ErrorCode code) {
        add(refusals.get(code));
    }

    /** A TCP connection was closed at once, because the pod had too many. */
    public void connectionRefused() {
        connectionsRefused.increment();
    }

    /** An HTTP answer has this status. */
    public void answered(int status) {
        add(statuses.getOrDefault(status, otherStatuses));
    }

    private static void add(@Nullable Counter counter) {
        if (counter != null) { // never null: every code of the enum has one
            counter.increment();
        }
    }
}
