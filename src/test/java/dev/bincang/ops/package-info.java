@org.jspecify.annotations.NullMarked
package dev.bincang.ops;
