/** Clients: one that follows the protocol and records all that it sees, and others that send any frame. */
package dev.bincang.testing.client;
