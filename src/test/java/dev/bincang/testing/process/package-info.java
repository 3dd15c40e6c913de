/** Redis, pods and the proxy between them: real processes on ports of the loopback, and what breaks them. */
package dev.bincang.testing.process;
