package dev.bincang.bench.transports;

import dev.bincang.bench.Pods;
import dev.bincang.bench.Scenario;
import dev.bincang.bench.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One room and messages of 128 bytes, with each transport in turn on the same pod, at every rate and with every round
 * trip. Then the cost of an idle client, on a new pod for each transport. Writes {@code transports.md} and {@code
 * transports.svg}.
 *
 * @param idle number of idle clients
 * @param mostWake target for the median of a long poll in milliseconds, when it waits for the message
 * @param mostKilobytes target for an idle client
 */
public record Transports(String name, int members, int idle, double mostWake, double mostKilobytes)
        implements Scenario {
    static final List<Integer> RATES = List.of(1, 10, 100);
    static final List<Integer> ROUND_TRIPS = List.of(0, 25, 100);

    /** A long poll in a busy room is one request per message. That is more than a client may send by default. */
    static final String[] LIMITS = {
        "-Dbincang.limits.commands-per-second=100000", "-Dbincang.limits.command-burst=100000"
    };

    private static final Duration OPENING = Duration.ofSeconds(30);

    /**
     * All measurements.
     *
     * @param memory KB of an idle client
     * @param request bytes of a request for events
     * @param answerHead bytes of the head of its answer
     * @param framing bytes before the text of a WebSocket frame
     */
    record Result(List<Cell> cells, Map<Transport, Double> memory, int request, int answerHead, int framing) {
        Cell cell(Transport transport, int rate, int roundTrip) {
            return cells.stream()
                    .filter(cell -> cell.transport() == transport && cell.rate() == rate)
                    .filter(cell -> cell.roundTrip() == roundTrip)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public Row run(Setting setting) throws Exception {
        List<String> troubles = new ArrayList<>();
        List<Cell> cells = new ArrayList<>();
        int[] overhead = new int[3];
        try (Pods pods = new Pods(setting, 1, LIMITS)) {
            List<String> tokens = Guests.tokens(pods.ports()[0], members);
            for (Transport transport : Transport.values()) {
                System.err.println("  " + transport.title + " …");
                try (Net net = new Net();
                        Chat chat = new Chat(net, transport, pods.ports()[0], tokens)) {
                    chat.open(OPENING);
                    chat.warmUp(setting.warmUp(), RATES.getLast());
                    for (int roundTrip : ROUND_TRIPS) {
                        for (int rate : RATES) {
                            cells.add(chat.measure(rate, roundTrip, setting.window(), pods));
                        }
                    }
                    troubles.addAll(chat.troubles());
                    overhead[0] = transport == Transport.LONG_POLL ? chat.request : overhead[0];
                    overhead[1] = transport == Transport.LONG_POLL ? chat.answerHead : overhead[1];
                    overhead[2] = Math.max(overhead[2], chat.framing);
                }
            }
        }
        Map<Transport, Double> memory = new EnumMap<>(Transport.class);
        for (Transport transport : Transport.values()) {
            System.err.println("  " + transport.title + ", idle …");
            memory.put(transport, new Idle(idle).measure(setting, transport, troubles));
        }
        Result result = new Result(cells, memory, overhead[0], overhead[1], overhead[2]);
        Path table = setting.directory().resolve("transports.md");
        Path chart = setting.directory().resolve("transports.svg");
        Files.writeString(table, Table.of(result, this));
        Files.writeString(chart, Chart.of(result));
        return row(result, troubles, table + ", " + chart);
    }

    private Row row(Result result, List<String> troubles, String files) {
        Cell often = result.cell(Transport.LONG_POLL, 10, 0);
        double wake = Math.max(result.cell(Transport.LONG_POLL, 1, 0).wake(), often.wake());
        double most = result.memory().entrySet().stream()
                .filter(of -> of.getKey() != Transport.WEBSOCKET && of.getKey() != Transport.POLL)
                .mapToDouble(Map.Entry::getValue)
                .max()
                .orElseThrow();
        return new Row(
                name,
                String.format(Locale.ROOT, "wakes in %.1f ms, idle %.1f KB", wake, most),
                "–",
                "–",
                String.format(Locale.ROOT, "%.1f / %.1f", often.p50(), often.p99()),
                String.format(Locale.ROOT, "≤ %.0f ms, ≤ %.0f KB", mostWake, mostKilobytes),
                wake <= mostWake && most <= mostKilobytes,
                troubles,
                List.of("the long poll at 10 messages/s; all of it: " + files, noise(result.cells())));
    }

    static String noise(List<Cell> cells) {
        double[] others = cells.stream().mapToDouble(Cell::others).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "others used %.2f cores in the middle of the windows' order, %.2f at most; we and Redis %.2f at most;"
                        + " a message was said %.1f ms late at most",
                others[others.length / 2],
                others[others.length - 1],
                cells.stream().mapToDouble(Cell::ours).max().orElse(0),
                cells.stream().mapToDouble(Cell::lag).max().orElse(0));
    }
}
