package dev.bincang.protocol;

/**
 * The answer to a command that succeeded. Its {@code type} is {@code ok}. Each kind of answer is a record in the folder of
 * its feature, with a name that begins with {@code OkTo}.
 */
public interface Answer extends Frame {

    /** The number of the command that it answers. */
    long req();
}
