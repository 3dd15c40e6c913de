/** More than one Redis: what each kind of failure does to rooms and clients. */
package dev.bincang.topology;
