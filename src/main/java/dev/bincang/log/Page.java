package dev.bincang.log;

import dev.bincang.protocol.Id;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a room's log from a position on, all of it read at one moment.
 *
 * @param head id of the room's last event, {@link Id#ZERO} if there was none
 * @param first id of the oldest event still in the log, or null if it is empty
 * @param entries the entries from the position on, inclusively
 */
public record Page(Id head, @Nullable Id first, List<Entry> entries) {}
