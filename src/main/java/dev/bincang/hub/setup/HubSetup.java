package dev.bincang.hub.setup;

import dev.bincang.BincangConfig;
import dev.bincang.hub.Counters;
import dev.bincang.hub.Hub;
import dev.bincang.hub.Hub.Loop;
import dev.bincang.log.LogReader;
import dev.bincang.redis.Keys;
import dev.bincang.redis.RedisChannels;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Creates the hub, connects it to the pub/sub link and starts it. */
class HubSetup {

    @Produces
    @Singleton
    @Startup
    Hub hub(LogReader log, RedisChannels link, Keys keys, Vertx vertx, Counters counters, BincangConfig config) {
        var loop = new Loop() {
            @Override
            public void execute(Runnable task) {
                link.execute(task);
            }

            @Override
            public void after(Duration delay, Runnable task) {
                vertx.setTimer(Math.max(1, delay.toMillis()), _ -> link.execute(task));
            }
        };
        var channels = new Hub.Channels() {
            @Override
            public void subscribe(String channel) {
                link.subscribe(channel);
            }

            @Override
            public void unsubscribe(String channel) {
                link.unsubscribe(channel);
            }
        };
        var hub = new Hub(log, loop, channels, keys, counters, config);
        link.listen(hub);
        hub.start();
        return hub;
    }
}
