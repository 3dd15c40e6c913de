package dev.bincang.redis.topology;

import dev.bincang.redis.link.Slot;
import dev.bincang.redis.node.Anchor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what each node of a cluster is checked with: an anchor in one of the node's slots. It keeps its choice for as
 * long as it can. Used on the nodes' loop.
 */
public final class Anchors {

    /** For each slot the lowest number that, as a hash tag, is in it. */
    private static final int[] NUMBERS = numbers();

    private final IntFunction<Anchor> make;
    private final String format;
    /** The slot of each node's anchor. */
    private final Map<String, Integer> chosen = new HashMap<>();

    /**
     * @param make makes an anchor whose hash tag is that number
     * @param format the key of the stored form's version
     */
    public Anchors(IntFunction<Anchor> make, String format) {
        this.make = make;
        this.format = format;
    }

    private static int[] numbers() {
        var numbers = new int[Slot.COUNT];
        Arrays.fill(numbers, -1);
        for (int number = 0, left = Slot.COUNT; left > 0; number++) {
            int slot = Slot.of(Integer.toString(number));
            if (numbers[slot] < 0) {
                numbers[slot] = number;
                left--;
            }
        }
        return numbers;
    }

    String format() {
        return format;
    }

    /**
     * The anchor of a node; null if it has no slot.
     *
     * @param has whether the node has a slot
     */
    @Nullable
    Anchor of(String node, IntPredicate has) {
        var slot = chosen.get(node);
        if (slot == null || !has.test(slot)) {
            slot = choose(has);
        }
        if (slot < 0) {
            chosen.remove(node);
            return null;
        }
        chosen.put(node, slot);
        return in(slot);
    }

    /** An anchor in a slot. */
    Anchor in(int slot) {
        return make.apply(NUMBERS[slot]);
    }

    /** The slot of the node's anchor is moving, or the node is gone: another one is chosen next. */
    void moved(String node) {
        chosen.remove(node);
    }

    /** Chooses at random, so that a slot that is moving is hardly chosen twice. */
    private static int choose(IntPredicate has) {
        int start = ThreadLocalRandom.current().nextInt(Slot.COUNT);
        for (int i = 0; i < Slot.COUNT; i++) {
            int slot = (start + i) % Slot.COUNT;
            if (has.test(slot)) {
                return slot;
            }
        }
        return -1;
    }
}
