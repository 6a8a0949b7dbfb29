/**
 * Composition roots, one for each role: they create the parts of a process and start and stop them
 * in order.
 */
@NullMarked
package dev.millrace.server.role;

import org.jspecify.annotations.NullMarked;
