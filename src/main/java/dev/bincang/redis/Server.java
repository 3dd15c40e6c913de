package dev.bincang.redis;

/**
 * Identifies a Redis server and its history. If two looks differ in any field, what was seen before may no longer be
 * valid.
 *
 * @param run changes with every start of the process
 * @param replication changes when a replica is promoted or demoted
 * @param life changes when the data were flushed
 */
record Server(String run, String replication, boolean master, String life) {

    static Server of(String infoServer, String infoReplication, String life) {
        return new Server(
                field(infoServer, "run_id"),
                field(infoReplication, "master_replid"),
                field(infoReplication, "role").equals("master"),
                life);
    }

    static String field(String info, String name) {
        var start = info.indexOf("\n" + name + ":");
        if (start < 0) {
            return "";
        }
        start += name.length() + 2;
        return info.substring(start, info.indexOf('\r', start));
    }
}
