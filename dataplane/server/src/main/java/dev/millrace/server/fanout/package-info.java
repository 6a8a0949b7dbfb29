/** SubscribeToShard: subscriptions, each a cursor that is pushed what its shard gets. */
@NullMarked
package dev.millrace.server.fanout;

import org.jspecify.annotations.NullMarked;
