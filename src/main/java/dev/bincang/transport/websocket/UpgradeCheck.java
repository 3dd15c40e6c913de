package dev.bincang.transport.websocket;

import io.netty.channel.Channel;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.inject.Singleton;

/** Keeps the connection's channel, which the endpoint cannot reach otherwise. */
@Singleton
class UpgradeCheck implements HttpUpgradeCheck {

    static final TypedKey<Channel> CHANNEL = new TypedKey<>("bincang.channel");

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        var connection = (ConnectionBase) context.httpRequest().connection();
        context.userData().put(CHANNEL, connection.channel());
        return CheckResult.permitUpgrade();
    }
}
