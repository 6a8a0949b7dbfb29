/** Caches and shard reports become one immutable value, the observed stream. */
@NullMarked
package dev.millrace.operator.observe;

import org.jspecify.annotations.NullMarked;
