/** SubscribeToShard: subscriptions that push records as they are appended. */
@NullMarked
package dev.millrace.api.fanout;

import org.jspecify.annotations.NullMarked;
