package dev.bincang.room;

import static dev.bincang.room.Stage.id;
import static dev.bincang.room.Stage.now;
import static dev.bincang.room.Stage.settings;
import static dev.bincang.room.Stage.user;
import static dev.bincang.testing.Waits.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.bincang.message.Content;
import dev.bincang.message.Place;
import dev.bincang.people.Reports;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.RoomId;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Tries each cell of the table of rights: a user with that role uses that right, in a room of its own. */
@QuarkusTest
class RightsTest {

    @Inject
    Stage stage;

    @Inject
    Reports reports;

    @TestFactory
    Stream<DynamicTest> eachRoleMayDoExactlyWhatTheTableSays() {
        return Stream.of(Right.values())
                .flatMap(right -> Stream.of(Role.values())
                        .map(role -> dynamicTest(
                                role + (right.isOf(role) ? " may " : " may not ") + right, () -> does(role, right))));
    }

    private void does(Role role, Right right) {
        var owner = user("owner");
        var room = stage.room(owner);
        var actor = stage.one(room, owner, role);
        var other = stage.one(room, owner, Role.MEMBER);
        var deed = deed(right, room, actor, other);
        if (right.isOf(role)) {
            var before = stage.head(room).seq();
            now(deed.get());
            await().untilAsserted(
                            () -> // the event about a reaction comes after the answer
                            assertEquals(
                                            before + events(right, role),
                                            stage.head(room).seq(),
                                            "the room's head"));
        } else {
            var refusal = stage.refusedIn(room, ErrorCode.FORBIDDEN, deed);
            assertEquals(reason(right), refusal.getMessage());
        }
    }

    private static String reason(Right right) {
        return switch (right) {
            case DELETE_ANY -> "target: is another's message";
            case MENTION_ALL -> "mentionAll: your role in this room does not allow it";
            default -> "your role in this room does not allow it";
        };
    }

    /** The object of the right. Everything that the right needs is prepared. */
    private Supplier<Uni<?>> deed(Right right, RoomId room, Actor actor, Actor other) {
        var self = id(actor);
        var target = id(other);
        return switch (right) {
            case READ -> () -> stage.history(actor, room, 1);
            case REPORT -> {
                var others = stage.send(other, room, "hi");
                yield () -> reports.report(actor, room, others, "noise");
            }
            case SEE_REPORTS -> () -> reports.list(actor, room, null, null, 1);
            case SEND -> () -> stage.messages.send(actor, room, Content.of("hi"), Place.ROOM, null);
            case SIGNAL -> () -> stage.run(actor, "signal", room, "'name':'cursor','data':{'x':1}");
            case EDIT_OWN -> {
                var mine = stage.send(actor, room, "hi");
                yield () -> stage.messages.edit(actor, room, mine, Content.of("ho"), null);
            }
            case DELETE_OWN -> {
                var mine = stage.send(actor, room, "hi");
                yield () -> stage.messages.delete(actor, room, mine, null);
            }
            case DELETE_ANY -> {
                var others = stage.send(other, room, "hi");
                yield () -> stage.messages.delete(actor, room, others, null);
            }
            case MENTION_ALL -> {
                var all = new Content("hi", null, true, null, null);
                yield () -> stage.messages.send(actor, room, all, Place.ROOM, null);
            }
            case REACT -> {
                var others = stage.send(other, room, "hi");
                yield () -> stage.reactions.react(actor, room, others, "heart", true);
            }
            case PIN -> {
                var others = stage.send(other, room, "hi");
                yield () -> stage.pins.pin(actor, room, others, true);
            }
            case READ_VERSIONS -> {
                var others = stage.send(other, room, "hi");
                yield () -> stage.versions.of(actor, room, others);
            }
            case READ_RECEIPTS -> () -> stage.marks.receipts(actor, room);
            case JOIN -> () -> stage.members.add(actor, room, self);
            case LEAVE -> () -> stage.members.remove(actor, room, self, "");
            case INVITE -> () -> stage.members.add(actor, room, id(user("new")));
            case REMOVE -> () -> stage.members.remove(actor, room, target, "");
            case MUTE -> () -> stage.members.mute(actor, room, target, Members.FOREVER, "");
            case BAN -> () -> stage.members.ban(actor, room, target, Members.FOREVER, "");
            case CHANGE_SETTINGS -> () -> stage.rooms.change(actor, room, settings("{'topic':'tea'}"), null);
            case CHANGE_ROLES -> () -> stage.members.role(actor, room, target, Role.MODERATOR);
            case CHANGE_RULES -> () -> stage.rooms.change(actor, room, settings("{'kind':'private'}"), null);
            case DELETE_ROOM -> () -> stage.rooms.delete(actor, room, null);
        };
    }

    /** The number of events that follow: none if nothing changes, and none for reading. */
    private static int events(Right right, Role role) {
        var isMember = role == Role.MEMBER || role == Role.MODERATOR || role == Role.OWNER;
        return switch (right) {
            case READ, READ_VERSIONS, REPORT, SEE_REPORTS, SIGNAL, READ_RECEIPTS -> 0;
            case JOIN -> isMember ? 0 : 1;
            case LEAVE -> isMember ? 1 : 0;
            default -> 1;
        };
    }
}
