package dev.bincang.bench;

import java.util.List;

/** A line of the table. */
public interface Scenario {
    Row run(Setting setting) throws Exception;

    /**
     * The result of a scenario.
     *
     * @param floor the same figure of the floor server, or a dash
     * @param met whether the figure meets its target; a missed target is not a failure
     * @param troubles what was lost, duplicated or refused: a failure
     * @param remarks other facts that a reader of the figure should know
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
