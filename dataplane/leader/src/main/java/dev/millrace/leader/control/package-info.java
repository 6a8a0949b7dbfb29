/**
 * The control plane of one process: streams and account settings in the log, resharding, retention.
 */
@NullMarked
package dev.millrace.leader.control;

import org.jspecify.annotations.NullMarked;
