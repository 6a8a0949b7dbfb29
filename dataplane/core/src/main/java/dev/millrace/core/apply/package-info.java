/**
 * The state machine of a shard: its replicated state, the rows that it writes to the store, and the
 * pure function that applies a command. Replicas that have applied the same entries contain the
 * same bytes.
 */
@NullMarked
package dev.millrace.core.apply;

import org.jspecify.annotations.NullMarked;
