package dev.bincang.bench.transports;

/**
 * The result of one window. Bytes are all bytes through the members' sockets, up and down, including sends.
 *
 * @param rate messages per second
 * @param roundTrip milliseconds
 * @param sendIn bytes down for each sent message: the answer
 * @param sendOut bytes up for each sent message
 * @param p50 milliseconds
 * @param p99 milliseconds
 * @param wake median in milliseconds from the append to the arrival; at most one millisecond too high
 * @param lag the longest delay of a send behind its due time, in milliseconds
 * @param pod seconds of CPU
 * @param ours cores that this JVM and Redis used
 * @param others cores that other processes used
 */
record Cell(
        Transport transport,
        int rate,
        int roundTrip,
        long delivered,
        double in,
        double out,
        double requests,
        double sendIn,
        double sendOut,
        double p50,
        double p99,
        double wake,
        double lag,
        double pod,
        double ours,
        double others) {
    double down() {
        return each(in);
    }

    double up() {
        return each(out);
    }

    double asked() {
        return each(requests);
    }

    /** Microseconds of the pod's CPU. */
    double cpu() {
        return each(pod * 1e6);
    }

    private double each(double all) {
        return all / Math.max(1, delivered);
    }
}
