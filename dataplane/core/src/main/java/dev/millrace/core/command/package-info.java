/**
 * The commands in the Raft log, the outcomes of applying them, and the versioned binary formats of
 * both.
 */
@NullMarked
package dev.millrace.core.command;

import org.jspecify.annotations.NullMarked;
