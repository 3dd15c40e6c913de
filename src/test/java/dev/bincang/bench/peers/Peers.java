package dev.bincang.bench.peers;

import dev.bincang.bench.Contender;
import dev.bincang.bench.FanOut;
import dev.bincang.bench.Load;
import dev.bincang.bench.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of the peers. If a program is missing, its row says which, and nothing fails. Two system properties say where
 * they are: {@code bench.socketio}, a folder with {@code node_modules}, and {@code bench.centrifugo}, the program.
 */
public final class Peers {
    private Peers() {}

    /** The load of S2, with each peer. */
    public static Map<String, Scenario> rows(Load.Plan plan) {
        Map<String, Scenario> rows = new LinkedHashMap<>();
        rows.put("s2-nchan", row("S2 Nchan", "nginx", new Nchan(), plan));
        rows.put("s2-socketio", row("S2 Socket.IO", "node", new SocketIo(), plan));
        rows.put("s2-centrifugo", row("S2 Centrifugo", "centrifugo", new Centrifugo(), plan));
        return rows;
    }

    private static Scenario row(String name, String processes, Peer peer, Load.Plan plan) {
        Contender contender = new Contender(processes, peer.dialect(), setting -> new Pair(processes, peer, setting));
        Scenario measured = new FanOut(name, plan, contender);
        return setting -> {
            Optional<String> missing = peer.missing();
            if (missing.isPresent()) {
                return notMeasured(name, missing.get());
            }
            return with(Programs.output(peer.version()), measured.run(setting));
        };
    }

    private static Scenario.Row notMeasured(String name, String missing) {
        return new Scenario.Row(name, "–", "–", "–", "–", "–", true, List.of(), List.of("not measured: " + missing));
    }

    private static Scenario.Row with(String remark, Scenario.Row row) {
        List<String> remarks = new ArrayList<>(row.remarks());
        remarks.add(remark);
        return new Scenario.Row(
                row.name(),
                row.figure(),
                row.floor(),
                row.ratio(),
                row.latency(),
                row.target(),
                row.met(),
                row.troubles(),
                remarks);
    }
}
