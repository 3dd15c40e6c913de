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
 * The session of a client that only listens. It lasts as long as one HTTP request. The client sends its commands by
 * other requests, perhaps to other pods. Used on its connection's event loop only.
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
     * Subscribes to the rooms; {@link #start} begins to deliver. The result arrives on the event loop. Fails with
     * {@code limit_reached} if the user has too many connections, {@code rate_limited} if they join too often, and
     * {@code unavailable} if Redis is away. The caller must call {@link #closed} in every case.
     *
     * @param rooms the rooms, each with its start position; null means "from now on"
     * @param newest for a room without a position: the number of newest events to deliver first
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

    /** The position in each room: delivery continues after that event. Rooms that the user may not read are missing. */
    public Map<RoomId, Id> positions() {
        return joinedRooms.positions();
    }

    /** Whether all existing events of all rooms were written. */
    public boolean caughtUp() {
        return joinedRooms.allLive();
    }

    /** Checks the token's expiry. Called after the welcome and then every ping interval. */
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

    /** Ends the session: the request was answered, or its client is gone. Further calls do nothing. */
    public void closed() {
        if (!closed) {
            closed = true;
            dispatcher.admission.left(peer.address());
            login.end();
            joinedRooms.clear();
        }
    }
}
