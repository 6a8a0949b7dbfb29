/**
 * Composition roots, one a role: which parts a process is made of and in which order they start and
 * stop.
 */
@NullMarked
package dev.millrace.server.role;

import org.jspecify.annotations.NullMarked;
