package dev.bincang.log;

import dev.bincang.auth.Revocations;
import dev.bincang.auth.token.GuestSecrets;
import dev.bincang.cluster.Pods;
import dev.bincang.mark.Marks;
import dev.bincang.message.Messages;
import dev.bincang.message.history.RoomHistory;
import dev.bincang.message.reaction.Reactions;
import dev.bincang.people.block.Blocks;
import dev.bincang.people.report.ReportStore;
import dev.bincang.redis.Script;
import dev.bincang.room.Rooms;
import dev.bincang.room.invite.Invites;
import dev.bincang.signal.Signals;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One call of a script.
 *
 * @param parts the names of its files, with their folders
 * @param before commands that make the state in which it is called
 */
record Call(String name, List<String> parts, List<String> keys, List<?> args, List<List<Object>> before) {

    List<Object> command() {
        var source = Stream.concat(
                        Stream.of("local publish = 'SPUBLISH'"), // as Script begins in a cluster
                        parts.stream().map(Call::source))
                .collect(Collectors.joining("\n"));
        var command = new ArrayList<Object>(List.of("EVAL", source, keys.size()));
        command.addAll(keys);
        command.addAll(args);
        return command;
    }

    /** Whether it is an append or a change, which answers {@code ok} if it has written. */
    boolean appends() {
        return parts.contains("log/append.lua") || parts.contains("log/change.lua");
    }

    Call after(Call... calls) {
        var all = new ArrayList<>(before);
        Stream.of(calls).map(Call::command).forEach(all::add);
        return new Call(name, parts, keys, args, all);
    }

    Call after(Object... command) {
        return new Call(name, parts, keys, args, List.of(List.of(command)));
    }

    Call with(Object... command) {
        var all = new ArrayList<>(before);
        all.add(List.of(command));
        return new Call(name, parts, keys, args, all);
    }

    @Override
    public String toString() {
        return name;
    }

    private static String source(String part) {
        return Script.source(
                switch (part.substring(0, part.lastIndexOf('/'))) {
                    case "log" -> RoomLog.class;
                    case "room" -> Rooms.class;
                    case "room/invite" -> Invites.class;
                    case "auth" -> Revocations.class;
                    case "auth/token" -> GuestSecrets.class;
                    case "message" -> Messages.class;
                    case "signal" -> Signals.class;
                    case "mark" -> Marks.class;
                    case "message/history" -> RoomHistory.class;
                    case "message/reaction" -> Reactions.class;
                    case "people/block" -> Blocks.class;
                    case "people/report" -> ReportStore.class;
                    default -> Pods.class;
                },
                part.substring(part.lastIndexOf('/') + 1));
    }
}
