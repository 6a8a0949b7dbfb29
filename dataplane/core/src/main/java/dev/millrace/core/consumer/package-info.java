/** Reading: shard iterators, page tokens and starting positions. */
@NullMarked
package dev.millrace.core.consumer;

import org.jspecify.annotations.NullMarked;
