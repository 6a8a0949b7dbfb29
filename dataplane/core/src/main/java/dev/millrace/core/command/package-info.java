/** What is written to the Raft log, what applying it answers, and the versioned format of both. */
@NullMarked
package dev.millrace.core.command;

import org.jspecify.annotations.NullMarked;
