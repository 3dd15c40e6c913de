package dev.bincang.command;

import java.util.List;

/** A feature that has commands: a bean in the feature's folder. {@link Commands} finds it there. */
public interface Feature {

    List<CommandKind<?>> commands();
}
