/** From a stream's name and a partition key to the shard and its log. */
@NullMarked
package dev.millrace.server.routing;

import org.jspecify.annotations.NullMarked;
