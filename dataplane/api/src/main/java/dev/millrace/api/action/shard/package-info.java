/** Actions that list and reshard shards. */
@NullMarked
package dev.millrace.api.action.shard;

import org.jspecify.annotations.NullMarked;
