/** Redis, pods and the proxies between them: real processes on ports of the loopback address. */
package dev.bincang.testing.process;
