package dev.bincang.bench.transports;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/** The figures as an SVG: two bar charts with logarithmic axes, for light and dark pages. */
final class Chart {
    private static final int LEFT = 100;
    private static final int WIDTH = 560;
    private static final int BAR = 13;
    private static final int GROUP = 3 * BAR + 9;
    private static final int HEAD = 54;
    private static final int PANEL = HEAD + 5 * GROUP + 40;

    private static final String STYLE = """
            <style>
              text { font: 12px system-ui, sans-serif; fill: #1f2328 }
              .title { font-weight: 600 }
              .axis { stroke: #d1d9e0 }
              .b0 { fill: #a9c9f5 } .b1 { fill: #5a94e6 } .b2 { fill: #1f5cb8 }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3 }
                .axis { stroke: #3d444d }
                .b0 { fill: #c4dbfa } .b1 { fill: #6ea5f2 } .b2 { fill: #3a72cc }
              }
            </style>
            """;

    private final StringBuilder svg = new StringBuilder();

    private Chart() {}

    static String of(Transports.Result result) {
        Chart chart = new Chart();
        chart.add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">"
                .formatted(LEFT + WIDTH + 60, 2 * PANEL));
        chart.svg
                .append("<title>Bytes and latency of a delivered message by transport</title>\n")
                .append(STYLE);
        chart.panel(
                0,
                "Bytes on the wire for each delivered message, both directions, no injected delay",
                Transports.RATES,
                "/s",
                (transport, rate) -> result.cell(transport, rate, 0).down()
                        + result.cell(transport, rate, 0).up());
        chart.panel(
                PANEL,
                "Latency, p50 in milliseconds, 10 messages a second, by injected round trip",
                Transports.ROUND_TRIPS,
                " ms",
                (transport, roundTrip) -> result.cell(transport, 10, roundTrip).p50());
        return chart.svg.append("</svg>\n").toString();
    }

    private void panel(
            int top, String title, List<Integer> bars, String unit, ToDoubleBiFunction<Transport, Integer> figure) {
        double[] all = Arrays.stream(Transport.values())
                .flatMap(transport -> bars.stream().map(bar -> figure.applyAsDouble(transport, bar)))
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        int first = (int) Math.floor(Math.log10(all[0] * 0.9));
        int last = (int) Math.ceil(Math.log10(all[all.length - 1]));
        int bottom = top + HEAD + 5 * GROUP;
        add("<text class=\"title\" x=\"8\" y=\"%d\">%s</text>".formatted(top + 20, title));
        for (int i = 0; i < bars.size(); i++) {
            int x = LEFT + i * 90;
            add("<rect class=\"b%d\" x=\"%d\" y=\"%d\" width=\"10\" height=\"10\"/>".formatted(i, x, top + 30));
            add("<text x=\"%d\" y=\"%d\">%d%s</text>".formatted(x + 15, top + 39, bars.get(i), unit));
        }
        for (int decade = first; decade <= last; decade++) {
            int x = LEFT + WIDTH * (decade - first) / (last - first);
            add("<path class=\"axis\" d=\"M%d %dV%d\"/>".formatted(x, top + HEAD - 4, bottom));
            String label =
                    decade < 0 ? Double.toString(Math.pow(10, decade)) : Long.toString((long) Math.pow(10, decade));
            add("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>".formatted(x, bottom + 15, label));
        }
        int y = top + HEAD;
        for (Transport transport : Transport.values()) {
            add("<text x=\"8\" y=\"%d\">%s</text>".formatted(y + 2 * BAR, transport.title));
            for (int i = 0; i < bars.size(); i++) {
                double value = figure.applyAsDouble(transport, bars.get(i));
                long width = Math.round(WIDTH * (Math.log10(value) - first) / (last - first));
                int at = y + i * BAR;
                add("<rect class=\"b%d\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
                        .formatted(i, LEFT, at, width, BAR - 1));
                add("<text x=\"%d\" y=\"%d\">%s</text>".formatted(LEFT + width + 4, at + BAR - 1, Table.number(value)));
            }
            y += GROUP;
        }
    }

    private void add(String line) {
        svg.append(line).append('\n');
    }
}
