package dev.bincang.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Subscriptions of one audience, in no order. Each knows its {@link Subscription#index} in the list that it is in, so that
 * it is removed in constant time. Used on one loop only.
 */
final class SubscriptionList {

    private final List<Subscription> all = new ArrayList<>();

    boolean isEmpty() {
        return all.isEmpty();
    }

    int size() {
        return all.size();
    }

    Subscription get(int index) {
        return all.get(index);
    }

    List<Subscription> copy() {
        return List.copyOf(all);
    }

    void put(Subscription subscription) {
        subscription.index = all.size();
        all.add(subscription);
    }

    /** Removes a subscription. The last one moves into the free place. */
    void take(Subscription subscription) {
        var end = all.removeLast();
        if (end != subscription) {
            end.index = subscription.index;
            all.set(end.index, end);
        }
    }

    /** Runs a task for each subscription that is in the list now. If one throws, the others still run. */
    void each(Consumer<Subscription> what) {
        each(copy(), what);
    }

    static void each(List<Subscription> some, Consumer<Subscription> what) {
        some.forEach(one -> Hub.guarded("a subscription", () -> what.accept(one)));
    }

    /**
     * Writes a batch to each connection whose outbox has room, and changes nothing else. Returns to how many.
     *
     * @param written gets each connection that the batch was written to
     */
    int offer(Outlet.Batch batch, Consumer<Outlet> written) {
        var count = 0;
        for (var subscription : all) {
            var outlet = subscription.outlet();
            if (outlet.writable() && batch.writtenTo(outlet)) {
                written.accept(outlet);
                count++;
            }
        }
        return count;
    }
}
