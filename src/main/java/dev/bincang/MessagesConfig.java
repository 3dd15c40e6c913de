package dev.bincang;

import dev.bincang.settings.Range;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;

/** What a message may have. */
public interface MessagesConfig {

    /** Whether an edit keeps the text that it replaces, up to 10 texts of each message. Moderators, owners and admins can read them until the message is deleted. */
    @WithDefault("false")
    boolean keepEdits();

    /** Users whom one message may mention. */
    @WithDefault("50")
    @Range(min = "0", max = "500")
    int mentions();

    /** Attachments of one message. */
    @WithDefault("10")
    @Range(min = "0", max = "100")
    int attachments();

    /** The size of a message's `data`, as JSON in UTF-8. */
    @WithDefault("4K")
    @Range(min = "2", max = "64K")
    MemorySize dataSize();

    /** Different reactions to one message. Any number of users may use each. */
    @WithDefault("20")
    @Range(min = "0", max = "100")
    int reactions();

    /** Pinned messages of one room. */
    @WithDefault("50")
    @Range(min = "0", max = "1000")
    int pins();
}
