package dev.bincang.bench;

/**
 * Searches the highest rate that holds. It rises by a quarter until a rate fails, then tries the middle between the
 * highest that held and the lowest that failed, until they are within 5 %.
 */
final class Search {
    private static final double STEP = 1.25;
    private static final double CLOSE = 1.05;

    private final int first;
    private final int limit;
    private int held;
    private int failed = Integer.MAX_VALUE;

    /** {@code limit}: the highest rate that the load can send. */
    Search(int first, int limit) {
        this.first = Math.min(first, limit);
        this.limit = limit;
    }

    /** The next rate to try, or 0 at the end. */
    int next() {
        if (failed == Integer.MAX_VALUE) {
            int higher = held == 0 ? first : (int) Math.min(limit, Math.ceil(held * STEP));
            return higher > held ? higher : 0;
        }
        if (held == 0) {
            return failed / 2;
        }
        int middle = held + (failed - held) / 2;
        return failed <= held * CLOSE || middle == held ? 0 : middle;
    }

    void tried(int rate, boolean holds) {
        if (holds) {
            held = Math.max(held, rate);
        } else {
            failed = Math.min(failed, rate);
        }
    }

    /** The highest rate that held, or 0. */
    int held() {
        return held;
    }

    /** Whether a rate failed. Otherwise the load could not send more. */
    boolean foundTheEnd() {
        return failed != Integer.MAX_VALUE;
    }
}
