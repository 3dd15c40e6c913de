package dev.bincang.testing;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.bincang.command.Command;
import dev.bincang.command.CommandReader;
import dev.bincang.protocol.Frame;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds the commands and frames, wherever a feature has them. */
public final class WireTypes {

    private static final List<Class<?>> ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.bincang").stream()
                    .filter(type -> type.isAssignableTo(Command.class) || type.isAssignableTo(Frame.class))
                    .<Class<?>>map(type -> type.reflect())
                    .filter(Class::isRecord)
                    .sorted(Comparator.comparing(Class::getName))
                    .toList();

    /** Reads every command. */
    public static final CommandReader READER = new CommandReader(commands());

    private WireTypes() {}

    /** The records that implement an interface of the protocol. */
    public static Stream<Class<?>> records(Class<?> type) {
        return ALL.stream().filter(type::isAssignableFrom);
    }

    private static List<Class<? extends Command>> commands() {
        return records(Command.class)
                .<Class<? extends Command>>map(type -> type.asSubclass(Command.class))
                .toList();
    }

    /** The value of {@code type} in the JSON of a record. */
    public static String name(Class<?> record) {
        return record.getAnnotation(JsonTypeName.class).value();
    }
}
