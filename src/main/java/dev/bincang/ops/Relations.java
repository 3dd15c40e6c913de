package dev.bincang.ops;

import dev.bincang.settings.Settings;
import dev.bincang.settings.SettingsRule;

/** Rules between settings of several areas, or between ours and those of Quarkus. */
final class Relations implements SettingsRule {

    private static final String IDLE = "quarkus.http.idle-timeout";
    private static final String FRAME = "bincang.limits.frame-size";
    private static final String MESSAGE = "quarkus.websockets-next.server.max-message-size";
    private static final String BODY = "quarkus.http.limits.max-body-size";

    @Override
    public void check(Settings settings) {
        // Quarkus closes a connection that is silent for the idle timeout.
        settings.shorter("bincang.http.max-wait", IDLE);
        settings.shorter("bincang.http.heartbeat", IDLE);
        settings.shorter("bincang.connection.ping-interval", IDLE);

        settings.fits(FRAME, 1, "quarkus.websockets-next.server.max-frame-size");
        settings.fits(FRAME, 1, MESSAGE);
        settings.fits("bincang.limits.hello-size", 1, MESSAGE);
        settings.fits(FRAME, 1, BODY);
        settings.fits("bincang.limits.text-length", 4, FRAME); // the most bytes that a code point has
        settings.holds("bincang.limits.hello-size", 1, "bincang.limits.token-size");

        // What holds or counts many must have room for the largest one.
        settings.holds("bincang.limits.bytes-per-minute", 1, FRAME);
        settings.holds("bincang.connection.outbox", 1, FRAME);
        settings.holds("bincang.log.max-size", 1, FRAME);
        settings.holds("bincang.connection.unfinished", 2, MESSAGE); // clients before hello may take half of it
        settings.holds("bincang.http.bodies", 1, BODY);

        settings.atMost("bincang.log.max-messages", "bincang.log.max-events");

        settings.shorter("bincang.redis.pulse", "bincang.redis.timeout");
        settings.shorter("bincang.redis.pulse", "quarkus.redis.tcp.read-idle-timeout");
        settings.atMost("bincang.redis.max-in-flight", "quarkus.redis.max-waiting-handlers");
    }
}
