/** Tests. */
@NullMarked
package dev.millrace.core.shard;

import org.jspecify.annotations.NullMarked;
