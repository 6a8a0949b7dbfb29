/**
 * Shards: identity, hash key ranges, sequence numbers, the replicated state of one shard and the
 * pure step that applies a command to it.
 */
@NullMarked
package dev.millrace.core.shard;

import org.jspecify.annotations.NullMarked;
