package dev.bincang.redis.node;

import dev.bincang.redis.link.Connector;
import dev.bincang.redis.link.Trouble;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;

/**
 * Identifies a Redis server and its history. If two looks differ in any field, what was seen before may no longer be
 * valid.
 *
 * @param run changes with every start of the process
 * @param replication changes when a replica is promoted or demoted
 * @param life changes when the data were flushed
 */
public record Server(String run, String replication, boolean master, String life) {

    /** Fails and closes the connection if it leads to another process. */
    Uni<RedisConnection> isAt(Connector connector, RedisConnection opened) {
        return connector
                .ask(opened, Request.cmd(Command.INFO).arg("server"))
                .invoke(info -> {
                    if (!field(info.text(), "run_id").equals(run)) {
                        throw new Trouble("this is another server");
                    }
                })
                .onFailure()
                .invoke(() -> opened.close())
                .replaceWith(opened);
    }

    /** What differs from an earlier look, in two or three words. */
    String differenceTo(Server before) {
        if (!before.run.equals(run)) {
            return "another process";
        }
        return before.life.equals(life) ? "another replication history" : "flushed";
    }

    static Server of(String infoServer, String infoReplication, String life) {
        return new Server(
                field(infoServer, "run_id"),
                field(infoReplication, "master_replid"),
                field(infoReplication, "role").equals("master"),
                life);
    }

    public static String field(String info, String name) {
        var start = info.indexOf("\n" + name + ":");
        if (start < 0) {
            return "";
        }
        start += name.length() + 2;
        return info.substring(start, info.indexOf('\r', start));
    }
}
