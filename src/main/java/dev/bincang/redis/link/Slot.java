package dev.bincang.redis.link;

import java.nio.charset.StandardCharsets;

/**
 * The hash slot of a key or a channel in a Redis Cluster: CRC16 (XMODEM) of its hash tag, modulo 16,384. The hash tag is
 * what stands between the first brace and the next closing one; without a tag, the whole key counts.
 *
 * <p>Source: the Redis Cluster specification, "Key distribution model" and "Hash tags".
 */
public final class Slot {

    public static final int COUNT = 16_384;

    private static final int POLYNOMIAL = 0x1021;
    private static final int[] TABLE = new int[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
            }
            TABLE[i] = crc & 0xffff;
        }
    }

    private Slot() {}

    public static int of(String key) {
        int crc = 0;
        for (byte b : hashed(key).getBytes(StandardCharsets.UTF_8)) {
            crc = ((crc << 8) & 0xffff) ^ TABLE[((crc >> 8) ^ b) & 0xff];
        }
        return crc % COUNT;
    }

    private static String hashed(String key) {
        int open = key.indexOf('{');
        int close = open < 0 ? -1 : key.indexOf('}', open + 1);
        return close > open + 1 ? key.substring(open + 1, close) : key;
    }
}
