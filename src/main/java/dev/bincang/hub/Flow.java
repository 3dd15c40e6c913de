package dev.bincang.hub;

import dev.bincang.log.Entry;
import dev.bincang.protocol.Id;
import dev.bincang.protocol.RoomId;
import java.util.Set;

/** What a feed tells the event loops that have subscriptions of its room, in the feed's order. */
sealed interface Flow {

    RoomId room();

    /** This audience is in: all after {@code last} follows. One that was given up meanwhile must not take it for its own. */
    record Attached(RoomId room, Audience audience, Id last, Ring ring) implements Flow {}

    /** The link was away and the feed has checked itself: who is ahead of it has to do the same. */
    record Checked(RoomId room) implements Flow {}

    record Event(RoomId room, Entry entry) implements Flow {}

    /** Events {@code fromSeq} to {@code to.seq()} are gone; it goes on behind {@code to}. */
    record Gap(RoomId room, long fromSeq, Id to) implements Flow {}

    /** What followed {@code from} is void: it goes on behind {@code from}. */
    record Reset(RoomId room, Id from, Id head, Set<Id> dropped) implements Flow {}
}
