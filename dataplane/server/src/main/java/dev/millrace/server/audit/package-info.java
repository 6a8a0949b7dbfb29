/**
 * The audit of a front: which calls are recorded, and the queue and thread by which records reach
 * standard output or a file.
 */
@NullMarked
package dev.millrace.server.audit;

import org.jspecify.annotations.NullMarked;
