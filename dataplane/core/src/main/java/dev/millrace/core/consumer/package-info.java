/** Starting positions, and the signed shard iterators and page tokens that clients hold. */
@NullMarked
package dev.millrace.core.consumer;

import org.jspecify.annotations.NullMarked;
