package dev.bincang.room;

import static dev.bincang.room.Role.ADMIN;
import static dev.bincang.room.Role.MEMBER;
import static dev.bincang.room.Role.MODERATOR;
import static dev.bincang.room.Role.OWNER;
import static dev.bincang.room.Role.VISITOR;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rights in a room and the roles that have them: the only such table. The append script gets it and knows each
 * user's role at the moment of the write.
 *
 * <p>The room's settings restrict the table further. In a frozen room only owners and admins may send. In a read-only
 * room only moderators, owners and admins may. In a direct room nothing changes except its messages.
 */
public enum Right {
    /** To read messages and history, the list of members and the room's settings. */
    READ(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    /** To report a message to the moderators. */
    REPORT(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    SEND(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    /** To send an application's own signals. */
    SIGNAL(MEMBER, MODERATOR, OWNER, ADMIN),
    EDIT_OWN(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    DELETE_OWN(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    DELETE_ANY(MODERATOR, OWNER, ADMIN),
    /** To mention all members of a room in a message. */
    MENTION_ALL(MODERATOR, OWNER, ADMIN),
    /** To add a reaction to a message, and to remove one's own. */
    REACT(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    /** To pin a message, and to end that. In a direct room its two users may. */
    PIN(MODERATOR, OWNER, ADMIN),
    /** To read the texts that a message had before it was edited. */
    READ_VERSIONS(MODERATOR, OWNER, ADMIN),
    /** To see how far each member has read, in a room that is not large. */
    READ_RECEIPTS(MEMBER, MODERATOR, OWNER, ADMIN),
    /** To become a member of a public room by oneself. */
    JOIN(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    /** To end one's own membership. A user who is not a member has this right too: leaving twice is no error. */
    LEAVE(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    INVITE(MODERATOR, OWNER, ADMIN),
    REMOVE(MODERATOR, OWNER, ADMIN),
    MUTE(MODERATOR, OWNER, ADMIN),
    BAN(MODERATOR, OWNER, ADMIN),
    /** To change the name, topic, slow mode and read-only. */
    CHANGE_SETTINGS(MODERATOR, OWNER, ADMIN),
    /** To see, claim and resolve the reports of the room's messages, except those of one's own. */
    SEE_REPORTS(MODERATOR, OWNER, ADMIN),
    CHANGE_ROLES(OWNER, ADMIN),
    /**
     * To change what restricts moderators too, or removes messages: public or private, frozen, history, how much is
     * kept.
     */
    CHANGE_RULES(OWNER, ADMIN),
    DELETE_ROOM(OWNER, ADMIN);

    /** The roles in the form that {@code append.lua} expects: each between spaces. */
    private final String roles;

    Right(Role... roles) {
        this.roles = Stream.of(roles).map(Role::wire).collect(Collectors.joining(" ", " ", " "));
    }

    /** Whether a role has this right. */
    public boolean isOf(Role role) {
        return roles.contains(" " + role.wire() + " ");
    }

    /** Whether its use adds data to Redis without a time limit. */
    boolean fills() {
        return this == SEND || this == EDIT_OWN || this == JOIN || this == INVITE || this == PIN;
    }

    /** The roles that have this right, each between spaces. */
    public String wire() {
        return roles;
    }
}
