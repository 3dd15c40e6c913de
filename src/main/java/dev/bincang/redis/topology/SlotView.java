package dev.bincang.redis.topology;

import dev.bincang.redis.link.Reply;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How one node sees the cluster. Sources: {@code CLUSTER SLOTS} and {@code CLUSTER INFO}.
 *
 * @param works whether it says that the cluster works ({@code cluster_state:ok}); a node that is cut off does not
 * @param epoch its current epoch; a view with a higher one is newer
 * @param masters who has which slots
 * @param servers the addresses of all servers, replicas included, as {@code host:port}
 */
record SlotView(boolean works, long epoch, List<Range> masters, Set<String> servers) {

    /** The slots {@code from} to {@code to} and the address of their master. */
    record Range(int from, int to, String master) {}

    /**
     * @param asked the host that has answered; a server without a known address has this one
     */
    static SlotView of(Reply slots, String info, String asked) {
        var ranges = new ArrayList<Range>();
        var servers = new LinkedHashSet<String>();
        for (int i = 0; i < slots.size(); i++) {
            var range = slots.at(i);
            for (int server = 2; server < range.size(); server++) {
                var address = address(range.at(server), asked);
                if (!address.isEmpty()) {
                    servers.add(address);
                    if (server == 2) {
                        ranges.add(new Range(
                                (int) range.at(0).number(), (int) range.at(1).number(), address));
                    }
                }
            }
        }
        return new SlotView(
                field(info, "cluster_state").equals("ok"),
                Long.parseLong(field(info, "cluster_current_epoch")),
                ranges,
                servers);
    }

    /** Nil means the host that was asked, "?" an unknown host name. */
    private static String address(Reply server, String asked) {
        var host = server.at(0).isNil() ? "" : server.at(0).text();
        return host.equals("?")
                ? ""
                : bracketed(host.isEmpty() ? asked : host) + ":" + server.at(1).number();
    }

    /** An IPv6 address stands in brackets before a port. */
    static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private static String field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("0");
    }

    /** Whether this view is to be believed rather than the other. */
    boolean isBetterThan(SlotView other) {
        return works == other.works ? epoch > other.epoch : works;
    }
}
