package dev.bincang.transport;

import dev.bincang.auth.Authenticator.Identity;
import dev.bincang.protocol.CloseCode;
import dev.bincang.protocol.Codec;
import dev.bincang.protocol.Frame;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.Refusal;
import dev.bincang.protocol.RoomId;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client that only listens, as long as a request of his lasts; what he has to say comes by other requests, perhaps to
 * other pods. Used on its connection's event loop only.
 */
public final class ListenerSession implements Login.Holder {

    private final Dispatcher dispatcher;
    private final Peer peer;
    private final Login login;
    private final JoinedRooms joinedRooms;
    private boolean closed;

    ListenerSession(Dispatcher dispatcher, Peer peer) {
        this.dispatcher = dispatcher;
        this.peer = peer;
        login = new Login(peer, this, dispatcher);
        joinedRooms = new JoinedRooms(
                peer, login, dispatcher, dispatcher.config.limits().httpRooms());
    }

    /**
     * Subscribes to the rooms; {@link #start} begins to deliver. The answer comes on the loop. Fails with {@code
     * limit_reached} where the user has too many connections, {@code rate_limited} where they join too often, {@code
     * unavailable} when Redis is away; {@link #closed} has to follow.
     *
     * @param rooms and from which position, null for "from now on"
     * @param newest where there is no position: so many of the newest events first
     */
    public Uni<Frame.Welcome> enter(Identity identity, Map<RoomId, @Nullable Id> rooms, int newest) {
        return login.enter(Uni.createFrom().item(identity))
                .chain(() -> joinedRooms.enterAll(rooms, newest))
                .map(joined -> dispatcher.welcome(null, peer, identity, joined))
                .emitOn(peer::onLoop);
    }

    public void start() {
        joinedRooms.startAll();
    }

    /** Behind which event each room goes on; those he may not read are not there. */
    public Map<RoomId, Id> positions() {
        return joinedRooms.positions();
    }

    /** Whether all that there is was written. */
    public boolean caughtUp() {
        return joinedRooms.allLive();
    }

    /** Behind the welcome, and every ping interval: tells of the token's end. */
    public void tick() {
        login.look();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void expel(Refusal why) {
        if (!closed) {
            peer.reply(Codec.encode(why.frame(null)));
            peer.close(CloseCode.REVOKED);
        }
    }

    /** The request was answered, or its client is gone. */
    public void closed() {
        if (!closed) {
            closed = true;
            dispatcher.admission.left(peer.address());
            login.end();
            joinedRooms.clear();
        }
    }
}
