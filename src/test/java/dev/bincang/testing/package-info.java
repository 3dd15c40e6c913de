/**
 * Fixtures for tests with several processes: a real {@link dev.bincang.testing.process.RedisProcess Redis}, {@link
 * dev.bincang.testing.process.Pod pods} from the packaged application, a {@link dev.bincang.testing.process.FaultProxy proxy} that
 * cuts and freezes the links between them, {@link dev.bincang.testing.client.ChatClient clients} that follow the protocol and
 * record all that they see, and the {@link dev.bincang.testing.history.Checker checker} that compares the records with Redis' log.
 *
 * <p>The fixtures use no code of the server, so a test cannot share its mistakes.
 */
package dev.bincang.testing;
