package dev.bincang.redis.topology;

import dev.bincang.redis.link.Reply;
import dev.bincang.redis.link.Trouble;
import dev.bincang.redis.node.Look;
import dev.bincang.redis.node.Report;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Request;
import java.util.function.Function;

/**
 * The version of the stored form, which one node of the cluster has. Nothing is sent to any node before it is known: two
 * pods must not write two forms. An operator may raise it later.
 */
final class Format {

    private final Function<Request, Uni<Reply>> send;
    private final String key;
    private volatile boolean known;
    private volatile String trouble = "the format of the data is not known yet";

    /** @param send sends to the node that has the key */
    Format(Function<Request, Uni<Reply>> send, String key) {
        this.send = send;
        this.key = key;
    }

    /** Reads the version, or writes ours if there is none. Ends this process if it starts on a newer one. */
    void check() {
        Look.checkFormat(send, key)
                .subscribe()
                .with(
                        _ -> {
                            known = true;
                            trouble = "";
                        },
                        failure -> {
                            if (Trouble.isForGood(failure)) {
                                trouble = Trouble.of(failure);
                                if (!known) {
                                    Report.stop(trouble);
                                }
                            }
                        });
    }

    boolean isKnown() {
        return known;
    }

    /** Why nothing may be sent, or why this pod is too old; else empty. */
    String trouble() {
        return trouble;
    }
}
