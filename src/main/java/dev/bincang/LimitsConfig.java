package dev.bincang;

import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;

/** What one connection may do; told to clients in `welcome`. */
public interface LimitsConfig {

    /** The largest frame a client may send. */
    @WithDefault("32K")
    @Range(min = "1K", max = "16M")
    MemorySize frameSize();

    /** The largest frame or message that a socket takes before `hello` has been answered. */
    @WithDefault("24K")
    @Range(min = "1K", max = "16M")
    MemorySize helloSize();

    /** The longest text of a message, in Unicode code points. */
    @WithDefault("4000")
    @Range(min = "1", max = "1000000")
    int textLength();

    /** Rooms a connection may be in at once. */
    @WithDefault("200")
    @Range(min = "1", max = "100000")
    int rooms();

    /** Rooms that one request by HTTP can listen to. */
    @WithDefault("20")
    @Range(min = "1", max = "1000")
    int httpRooms();

    /** Commands a connection may send per second, and a user to a room, in the long run. */
    @WithDefault("20")
    @Range(min = "1", max = "1000000")
    int commandsPerSecond();

    /** Commands a connection may send, and a user to a room, at once after a pause. */
    @WithDefault("40")
    @Range(min = "1", max = "1000000")
    int commandBurst();

    /** Commands of a connection being worked on; beyond that it is not read until some are done. */
    @WithDefault("64")
    @Range(min = "1", max = "10000")
    int commandsInFlight();

    /** Bytes of messages and edits that a user may send in a minute: to one room over all pods, and to all rooms on one pod. */
    @WithDefault("512K")
    @Range(min = "1K", max = "1G")
    MemorySize bytesPerMinute();

    /** Commands, joins and requests of one user that a pod works on at once; further ones wait for their turn. */
    @WithDefault("100")
    @Range(min = "1", max = "100000")
    int userInFlight();

    /** Rooms a user may join on a pod in a minute: by `join`, as a member, and each room of a `hello` or a request for events. */
    @WithDefault("6000")
    @Range(min = "1", max = "1000000")
    int joinsPerMinute();

    /** Rooms a user may make on a pod in a minute. */
    @WithDefault("20")
    @Range(min = "1", max = "1000000")
    int roomsPerMinute();

    /** Acts over others, and changes of rooms, that a user may do on a pod in a minute. */
    @WithDefault("120")
    @Range(min = "1", max = "1000000")
    int moderationsPerMinute();

    /** Tokens that do not hold a pod judges for one address in a minute; more are refused unjudged. */
    @WithDefault("60")
    @Range(min = "1", max = "1000000")
    int badTokensPerMinute();

    /** Guests that may be made from one address, on a pod in a minute. */
    @WithDefault("60")
    @Range(min = "1", max = "1000000")
    int guestsPerMinute();

    /** Users who may revoke their own tokens from one address, on a pod in a minute. */
    @WithDefault("10")
    @Range(min = "1", max = "1000000")
    int revocationsPerMinute();

    /** The longest token that is read. */
    @WithDefault("16K")
    @Range(min = "1K", max = "64K")
    MemorySize tokenSize();

    /** Tokens that may wait to be verified; as many may wait for a key that the identity provider may have by now. */
    @WithDefault("1000")
    @Range(min = "1", max = "100000")
    int tokenChecks();

    /** Events a page of history holds at most. */
    @WithDefault("200")
    @Range(min = "1", max = "1000")
    int historyPage();
}
