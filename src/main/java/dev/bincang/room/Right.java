package dev.bincang.room;

import static dev.bincang.room.Role.ADMIN;
import static dev.bincang.room.Role.MEMBER;
import static dev.bincang.room.Role.MODERATOR;
import static dev.bincang.room.Role.OWNER;
import static dev.bincang.room.Role.VISITOR;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may do what in a room: the one table. It is handed to the append script, which knows who is who at that moment.
 *
 * <p>What a role is stands before what a room says: nobody but owners may send where it is frozen, only those who moderate
 * where it is read-only; and of a direct room nothing changes but its messages.
 */
public enum Right {
    /** Messages, history, who is a member, what the room is. */
    READ(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    SEND(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    EDIT_OWN(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    DELETE_OWN(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    DELETE_ANY(MODERATOR, OWNER, ADMIN),
    /** To become a member by oneself, of a public room. */
    JOIN(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    /** Also who is none: done already is done. */
    LEAVE(VISITOR, MEMBER, MODERATOR, OWNER, ADMIN),
    INVITE(MODERATOR, OWNER, ADMIN),
    REMOVE(MODERATOR, OWNER, ADMIN),
    MUTE(MODERATOR, OWNER, ADMIN),
    BAN(MODERATOR, OWNER, ADMIN),
    /** Name, topic, slow mode, reading only. */
    CHANGE_SETTINGS(MODERATOR, OWNER, ADMIN),
    CHANGE_ROLES(OWNER, ADMIN),
    /** What binds moderators too, or takes what was said: public or private, frozen, history, how much is kept. */
    CHANGE_RULES(OWNER, ADMIN),
    DELETE_ROOM(OWNER, ADMIN);

    /** As {@code append.lua} wants them: each between spaces. */
    private final String roles;

    Right(Role... roles) {
        this.roles = Stream.of(roles).map(Role::wire).collect(Collectors.joining(" ", " ", " "));
    }

    /** Whether a role has it. */
    public boolean isOf(Role role) {
        return roles.contains(" " + role.wire() + " ");
    }

    /** Whether using it adds to what Redis holds for as long as anybody likes. */
    boolean fills() {
        return this == SEND || this == EDIT_OWN || this == JOIN || this == INVITE;
    }

    /** The roles that have it, each between spaces. */
    String wire() {
        return roles;
    }
}
