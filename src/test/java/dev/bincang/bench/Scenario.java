package dev.bincang.bench;

import java.util.List;

/** One line of the table. */
public interface Scenario {
    Row run(Setting setting) throws Exception;

    /**
     * What came out of it.
     *
     * @param floor the same figure of the floor server, or a dash
     * @param met whether the figure keeps its target; worth knowing, no failure
     * @param troubles whatever was lost, doubled or refused: a failure
     * @param remarks what else a reader of the figure should know
     */
    record Row(
            String name,
            String figure,
            String floor,
            String ratio,
            String latency,
            String target,
            boolean met,
            List<String> troubles,
            List<String> remarks) {}
}
