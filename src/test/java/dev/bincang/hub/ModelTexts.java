package dev.bincang.hub;

import dev.bincang.protocol.Id;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The texts of messages as one client of the model shows them, compared with the log. */
final class ModelTexts {

    private final ModelLog log;
    private final String user;
    private final Consumer<String> broken;
    /** Message → its text as the client shows it. */
    private final Map<Id, String> shown = new HashMap<>();
    /** Event → its text as it was told. */
    private final Map<Id, String> heard = new HashMap<>();

    ModelTexts(ModelLog log, String user, Consumer<String> broken) {
        this.log = log;
        this.user = user;
        this.broken = broken;
    }

    /** The client reads again what it shows, because an edit may be void too. */
    void reset() {
        shown.clear();
    }

    /** A message has this text now, or an event tells that its message has. */
    void told(Id id, String text) {
        heard.put(id, text);
        var target = log.targets.get(id);
        if (target == null) {
            shown.put(id, text);
        } else {
            shown.computeIfPresent(target, (_, _) -> text);
        }
    }

    /**
     * Each message that the client shows and the log still has is shown as it is now. There is one exception: a page that
     * was read before a failover may show an edit that the failover has taken.
     */
    void checkShown() {
        var history = log.history();
        for (var entry : log.entries) {
            var text = shown.get(entry.id());
            if (log.mayRead(user)
                    && entry.kind().equals("message")
                    && text != null
                    && history.contains(Id.parse(text))
                    && !missedChange(entry.id())
                    && !text.equals(log.textOf(entry.id()))) {
                broken.accept(entry.id() + " is shown with the text of " + text + ", but has that of "
                        + log.textOf(entry.id()));
            }
        }
    }

    /** Whether a change of this message was not for the reader, who was no member at that time. */
    private boolean missedChange(Id message) {
        return log.entries.stream()
                .anyMatch(entry -> message.equals(entry.target())
                        && log.wasHidden(user, entry.id().seq()));
    }

    /**
     * Everything that was heard is as it is now. There are two exceptions, both from a pod's ring: an edit of a message that was
     * trimmed may still have the text, and a message may have an edit that a failover has taken.
     */
    void checkHeard() {
        var history = log.history();
        for (var entry : log.entries) {
            var target = entry.target();
            var message = target == null ? entry.id() : target;
            var text = target == null && !entry.kind().equals("message") ? "" : log.textOf(message);
            var trimmed = target != null && text.isEmpty();
            var told = heard.getOrDefault(entry.id(), "nothing");
            var taken = told.contains("-") && !history.contains(Id.parse(told));
            if (!trimmed && !taken && !text.equals(told)) {
                broken.accept(entry.id() + " was told with the text of " + told + ", but has that of " + text);
            }
        }
    }
}
