package dev.bincang.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time in seconds from {@code /proc} (proc(5)): user and system time of some processes, and of the whole machine,
 * so that a window with other load is visible.
 */
public record Cpu(double processes, double machine) {
    private static final double TICKS = 100; // USER_HZ: fixed by the kernel's interface

    public static Cpu of(long... pids) throws IOException {
        double processes = 0;
        for (long pid : pids) {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            processes += (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
        }
        return new Cpu(processes, machineNow());
    }

    public Cpu since(Cpu earlier) {
        return new Cpu(processes - earlier.processes, machine - earlier.machine);
    }

    /** User, nice, system, irq, softirq and steal: everything except idle and waiting for input. */
    private static double machineNow() throws IOException {
        String[] fields = Files.readString(Path.of("/proc/stat"))
                .lines()
                .findFirst()
                .orElseThrow()
                .split("\\s+", -1);
        double busy = 0;
        for (int i = 1; i <= 8; i++) {
            busy += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]) / TICKS;
        }
        return busy;
    }

    /** Resident memory in bytes. */
    public static long rss(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS of " + pid);
    }
}
