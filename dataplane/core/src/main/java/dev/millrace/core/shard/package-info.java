/**
 * Value types of a shard: its id, hash keys and their ranges, and sequence numbers in the service's
 * layout.
 */
@NullMarked
package dev.millrace.core.shard;

import org.jspecify.annotations.NullMarked;
