/**
 * Runs the steps in order (observe, plan, write the status, act), wires them and starts the
 * operator.
 */
@NullMarked
package dev.millrace.operator.reconciler;

import org.jspecify.annotations.NullMarked;
