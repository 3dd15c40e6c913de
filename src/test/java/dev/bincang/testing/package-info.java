/**
 * What the tests of several processes are made of: a real {@link dev.bincang.testing.process.RedisProcess Redis}, {@link
 * dev.bincang.testing.process.Pod pods} from the packaged application, a {@link dev.bincang.testing.process.FaultProxy proxy} that cuts
 * and freezes between them, {@link dev.bincang.testing.client.ChatClient clients} that keep to the protocol and write down all
 * they see, and the {@link dev.bincang.testing.history.Checker checker} that holds what they wrote against Redis' log.
 *
 * <p>Nothing of the server's code is used here, so that a test cannot share its mistakes.
 */
package dev.bincang.testing;
