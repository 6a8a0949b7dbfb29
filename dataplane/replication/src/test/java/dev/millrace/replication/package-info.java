/** The promises of the replicated log, kept by a real Raft group of one in a temporary folder. */
@NullMarked
package dev.millrace.replication;

import org.jspecify.annotations.NullMarked;
