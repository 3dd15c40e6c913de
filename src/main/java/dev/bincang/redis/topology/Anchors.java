package dev.bincang.redis.topology;

import dev.bincang.redis.link.Slot;
import dev.bincang.redis.node.Anchor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what each node of a cluster is checked with: the anchor of a bucket whose slot the node has. It keeps its
 * choice for as long as it can. Used on the nodes' loop.
 */
public final class Anchors {

    private final List<Anchor> ofBuckets;
    private final int[] slots;
    private final String format;
    private final Map<String, Integer> chosen = new HashMap<>();

    /**
     * @param ofBuckets an anchor for each bucket
     * @param format the key of the stored form's version
     */
    public Anchors(List<Anchor> ofBuckets, String format) {
        this.ofBuckets = ofBuckets;
        this.format = format;
        slots = ofBuckets.stream().mapToInt(one -> Slot.of(one.life())).toArray();
    }

    /**
     * The anchor of a node; null if it has no bucket.
     *
     * @param has whether the node has a slot
     */
    @Nullable
    Anchor of(String node, IntPredicate has) {
        var bucket = chosen.get(node);
        if (bucket == null || !has.test(slots[bucket])) {
            bucket = choose(has);
        }
        if (bucket < 0) {
            chosen.remove(node);
            return null;
        }
        chosen.put(node, bucket);
        var anchor = ofBuckets.get(bucket);
        return has.test(Slot.of(format)) ? new Anchor(anchor.life(), format, anchor.pulse()) : anchor;
    }

    /** The slot of the node's anchor is moving: another one is chosen next. */
    void moved(String node) {
        chosen.remove(node);
    }

    /** Chooses at random, so that a slot that is moving is hardly chosen twice. */
    private int choose(IntPredicate has) {
        int start = ThreadLocalRandom.current().nextInt(slots.length);
        for (int i = 0; i < slots.length; i++) {
            int bucket = (start + i) % slots.length;
            if (has.test(slots[bucket])) {
                return bucket;
            }
        }
        return -1;
    }
}
