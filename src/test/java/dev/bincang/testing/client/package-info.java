/** Clients: one that keeps to the protocol and writes down all it sees, and one for frames of whatever kind. */
package dev.bincang.testing.client;
