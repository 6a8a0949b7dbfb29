/** Serves shards as their leader: appends, reads, tails, limits, clock and trimming. */
@NullMarked
package dev.millrace.leader.shard;

import org.jspecify.annotations.NullMarked;
