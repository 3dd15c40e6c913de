/** What clients saw, what Redis had, and the checker that holds the one against the other. */
package dev.bincang.testing.history;
