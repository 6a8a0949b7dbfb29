/**
 * Builds the status of a stream, as a pure function of what was observed, of the plan and of the
 * time.
 */
@NullMarked
package dev.millrace.operator.status;

import org.jspecify.annotations.NullMarked;
