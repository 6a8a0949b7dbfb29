/**
 * Reshards as the leaders of shards carry them out: what each group does, and how the leader of the
 * first closing shard makes all groups do it, with no operator needed.
 */
@NullMarked
package dev.millrace.leader.reshard;

import org.jspecify.annotations.NullMarked;
