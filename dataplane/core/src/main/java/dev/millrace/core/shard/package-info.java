/** The identity of a shard, its range of hash keys and its sequence numbers. */
@NullMarked
package dev.millrace.core.shard;

import org.jspecify.annotations.NullMarked;
