package dev.bincang.bench.transports;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;

/** The figures in Markdown. */
final class Table {
    private static final double SAME = 1.03;

    private Table() {}

    static String of(Transports.Result result, Transports plan) {
        StringBuilder table = new StringBuilder();
        line(table, "", "messages/s", "bytes down", "bytes up", "requests", "p50, ms", "p99, ms", "server's CPU, µs");
        line(table, "---", "---", "---", "---", "---", "---", "---", "---");
        for (Transport transport : Transport.values()) {
            for (int rate : Transports.RATES) {
                List<Cell> cells = Transports.ROUND_TRIPS.stream()
                        .map(roundTrip -> result.cell(transport, rate, roundTrip))
                        .toList();
                line(
                        table,
                        rate == Transports.RATES.getFirst() ? transport.title : "",
                        Integer.toString(rate),
                        each(cells, Cell::down),
                        each(cells, Cell::up),
                        each(cells, Cell::asked),
                        each(cells, Cell::p50),
                        each(cells, Cell::p99),
                        each(cells, Cell::cpu));
            }
        }
        table.append('\n');
        line(table, "", "KB of the server, idle", "bytes up for a message sent", "bytes down for its answer");
        line(table, "---", "---", "---", "---");
        for (Transport transport : Transport.values()) {
            Cell cell = result.cell(transport, 10, 0);
            line(
                    table,
                    transport.title,
                    number(result.memory().get(transport)),
                    number(cell.sendOut()),
                    number(cell.sendIn()));
        }
        table.append(String.format(
                Locale.ROOT,
                "%n%d members; %d idle clients. A long poll's request has %d bytes, all of them headers, and its answer %d of"
                        + " headers; a socket's frame has %d of framing. A long poll hears of an append after %.1f ms (p50)"
                        + " at 1 message/s, %.1f at 10, %.1f at 100.%nNoise: %s.%n",
                plan.members(),
                plan.idle(),
                result.request(),
                result.answerHead(),
                result.framing(),
                result.cell(Transport.LONG_POLL, 1, 0).wake(),
                result.cell(Transport.LONG_POLL, 10, 0).wake(),
                result.cell(Transport.LONG_POLL, 100, 0).wake(),
                Transports.noise(result.cells())));
        return table.toString();
    }

    /** One figure per round trip; only one if they are about equal. */
    private static String each(List<Cell> cells, ToDoubleFunction<Cell> figure) {
        double[] figures = cells.stream().mapToDouble(figure).toArray();
        double[] sorted = cells.stream().mapToDouble(figure).sorted().toArray();
        if (sorted[sorted.length - 1] <= sorted[0] * SAME) {
            return number(sorted[sorted.length / 2]);
        }
        StringJoiner all = new StringJoiner(" / ");
        for (double one : figures) {
            all.add(number(one));
        }
        return all.toString();
    }

    static String number(double value) {
        if (value >= 10) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        return value < 0.005 ? "0" : String.format(Locale.ROOT, value >= 1 ? "%.1f" : "%.2f", value);
    }

    private static void line(StringBuilder table, String... cells) {
        StringJoiner line = new StringJoiner(" | ", "| ", " |\n");
        for (String cell : cells) {
            line.add(cell);
        }
        table.append(line);
    }
}
