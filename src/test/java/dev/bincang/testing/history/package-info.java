/** What clients saw, what Redis had, and the checker that compares them. */
package dev.bincang.testing.history;
