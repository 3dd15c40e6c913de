package dev.bincang.bench.transports;

/**
 * What one window came to. Bytes are all that went through the members' sockets, up and down, sends included.
 *
 * @param rate messages a second
 * @param roundTrip milliseconds
 * @param sendIn bytes down for each message sent, its answer
 * @param sendOut bytes up for each message sent
 * @param p50 milliseconds
 * @param p99 milliseconds
 * @param wake milliseconds from the append to who hears it, p50; up to one too many
 * @param lag milliseconds that a message was said late at most
 * @param pod seconds of CPU
 * @param ours cores that this JVM and Redis used
 * @param others cores that nobody of ours used
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

    /** Microseconds of the pod. */
    double cpu() {
        return each(pod * 1e6);
    }

    private double each(double all) {
        return all / Math.max(1, delivered);
    }
}
