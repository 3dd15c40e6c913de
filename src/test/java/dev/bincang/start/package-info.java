/** The first hour: dev mode, and what the packaged application says when it cannot start. */
package dev.bincang.start;
