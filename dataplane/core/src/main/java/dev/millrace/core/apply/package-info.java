/**
 * The state machine of a shard: its replicated state, the rows it leaves in the store, and the pure
 * step that applies a command. Two replicas that applied the same entries hold the same bytes.
 */
@NullMarked
package dev.millrace.core.apply;

import org.jspecify.annotations.NullMarked;
