package dev.bincang.bench;

/**
 * A kind of server that the benchmark measures.
 *
 * @param servers what a remark calls its processes
 */
public record Contender(String servers, Dialect dialect, Starter starter) {
    /** Starts all processes of a contender, and waits until they are ready. */
    public interface Starter {
        Servers start(Setting setting) throws Exception;
    }

    static Contender floor() {
        return new Contender("floor", PlainTalk.DIALECT, FloorServer::new);
    }

    static Contender bincang(int pods) {
        return new Contender("pods", BincangTalk.DIALECT, setting -> new Pods(setting, pods));
    }
}
