/**
 * The Kinesis port: one socket for every protocol form, bounded bodies, one place that turns a
 * request into an action and its answer into bytes.
 */
@NullMarked
package dev.millrace.server.http;

import org.jspecify.annotations.NullMarked;
