package dev.bincang;

import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;

/** The limits of clients; `welcome` tells them to each client. */
public interface LimitsConfig {

    /** The largest frame that a client may send. */
    @WithDefault("32K")
    @Range(min = "1K", max = "16M")
    MemorySize frameSize();

    /** The largest frame or message that a socket accepts before `hello` has been answered. */
    @WithDefault("24K")
    @Range(min = "1K", max = "16M")
    MemorySize helloSize();

    /** The longest text of a message, in Unicode code points. */
    @WithDefault("4000")
    @Range(min = "1", max = "1000000")
    int textLength();

    /** Rooms that one connection may join at the same time. */
    @WithDefault("200")
    @Range(min = "1", max = "100000")
    int rooms();

    /** Rooms that one HTTP request can listen to. */
    @WithDefault("20")
    @Range(min = "1", max = "1000")
    int httpRooms();

    /** Commands per second, in the long run, from one connection, and from one user to one room. */
    @WithDefault("20")
    @Range(min = "1", max = "1000000")
    int commandsPerSecond();

    /** Commands at once, after a pause, from one connection, and from one user to one room. */
    @WithDefault("40")
    @Range(min = "1", max = "1000000")
    int commandBurst();

    /** Commands of one connection in progress. Beyond that, the pod stops reading from it until some are done. */
    @WithDefault("64")
    @Range(min = "1", max = "10000")
    int commandsInFlight();

    /** Bytes of messages and edits per minute from one user: to one room over all pods, and to all rooms on one pod. */
    @WithDefault("512K")
    @Range(min = "1K", max = "1G")
    MemorySize bytesPerMinute();

    /** Commands, joins and requests of one user in progress on a pod. More of them wait. */
    @WithDefault("100")
    @Range(min = "1", max = "100000")
    int userInFlight();

    /** Joins per minute of one user on a pod: each `join`, each time that they make themselves or somebody else a member, and each room of a `hello` or a request for events. */
    @WithDefault("6000")
    @Range(min = "1", max = "1000000")
    int joinsPerMinute();

    /** New rooms per minute of one user on a pod. */
    @WithDefault("20")
    @Range(min = "1", max = "1000000")
    int roomsPerMinute();

    /** Moderation of others, changes of rooms and pins, per minute, by one user on a pod. */
    @WithDefault("120")
    @Range(min = "1", max = "1000000")
    int moderationsPerMinute();

    /** Reports of messages, per minute, by one user on a pod. */
    @WithDefault("10")
    @Range(min = "1", max = "1000000")
    int reportsPerMinute();

    /** Searches per minute of one user on a pod. */
    @WithDefault("60")
    @Range(min = "1", max = "1000000")
    int searchesPerMinute();

    /** Read marks that one user may move on a pod, per minute. A change of their own settings of a room counts too. */
    @WithDefault("1200")
    @Range(min = "1", max = "1000000")
    int marksPerMinute();

    /** Rooms that a pod may look at per minute when one user lists their rooms, or marks all of them as read. */
    @WithDefault("60000")
    @Range(min = "1", max = "100000000")
    int listedRoomsPerMinute();

    /** Invalid tokens that a pod verifies per address and minute. More are refused without being verified. */
    @WithDefault("60")
    @Range(min = "1", max = "1000000")
    int badTokensPerMinute();

    /** New guests per address and minute on a pod. */
    @WithDefault("60")
    @Range(min = "1", max = "1000000")
    int guestsPerMinute();

    /** Users who may revoke their own tokens, per address and minute on a pod. */
    @WithDefault("10")
    @Range(min = "1", max = "1000000")
    int revocationsPerMinute();

    /** Invitation links that one user may open or accept, per minute on a pod. */
    @WithDefault("30")
    @Range(min = "1", max = "1000000")
    int invitesPerMinute();

    /** Invalid invitation links per address and minute on a pod. Beyond that, no link is looked up for that address for a while. */
    @WithDefault("60")
    @Range(min = "1", max = "1000000")
    int badInvitesPerMinute();

    /** The longest token that is accepted. */
    @WithDefault("16K")
    @Range(min = "1K", max = "64K")
    MemorySize tokenSize();

    /** Tokens that may wait for verification. The same number may wait for a new key from the identity provider. */
    @WithDefault("1000")
    @Range(min = "1", max = "100000")
    int tokenChecks();

    /** The highest number of events in one page of history. */
    @WithDefault("200")
    @Range(min = "1", max = "1000")
    int historyPage();
}
