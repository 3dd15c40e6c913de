package dev.bincang.bench;

import dev.bincang.testing.process.Packaged;
import java.util.List;
import java.util.StringJoiner;

/** The table in Markdown. */
final class Report {
    private Report() {}

    static String of(List<Scenario.Row> rows, Setting setting) {
        StringBuilder report = new StringBuilder();
        line(report, "scenario", "figure", "floor", "ratio", "p50 / p99 ms", "target", "met");
        line(report, "---", "---", "---", "---", "---", "---", "---");
        for (Scenario.Row row : rows) {
            line(report, row.name(), row.figure(), row.floor(), row.ratio(), row.latency(), row.target(), met(row));
        }
        report.append('\n').append(machine()).append(Packaged.isNative() ? "; native pods " : "; pods ");
        report.append(String.join(" ", Packaged.taken(setting.jvm())));
        report.append("; measured ").append(setting.window().toSeconds()).append(" s after ");
        report.append(setting.warmUp().toSeconds()).append(" s of warm-up\n");
        for (Scenario.Row row : rows) {
            row.troubles().forEach(trouble -> remark(report, row.name() + ": FAILED: " + trouble));
            row.remarks().forEach(remark -> remark(report, row.name() + ": " + remark));
        }
        return report.toString();
    }

    private static String met(Scenario.Row row) {
        if (!row.troubles().isEmpty()) {
            return "FAILED TO DELIVER";
        }
        return row.target().equals("–") ? "–" : row.met() ? "yes" : "no";
    }

    private static void line(StringBuilder report, String... cells) {
        StringJoiner line = new StringJoiner(" | ", "| ", " |\n");
        for (String cell : cells) {
            line.add(cell);
        }
        report.append(line);
    }

    private static void remark(StringBuilder report, String text) {
        report.append("- ").append(text).append('\n');
    }

    private static String machine() {
        return Runtime.getRuntime().availableProcessors() + " cores, " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + " " + System.getProperty("os.arch") + ", JDK "
                + System.getProperty("java.runtime.version");
    }
}
