/**
 * Between a front and the shard pods: who leads a shard is asked over HTTP/2, in core's formats.
 */
@NullMarked
package dev.millrace.server.rpc;

import org.jspecify.annotations.NullMarked;
