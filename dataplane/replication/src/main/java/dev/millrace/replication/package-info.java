/**
 * The state machine of core, driven by Raft (Apache Ratis): one group's log with its settings, its
 * start after any kind of stop, and the group commit in front of it.
 */
@NullMarked
package dev.millrace.replication;

import org.jspecify.annotations.NullMarked;
