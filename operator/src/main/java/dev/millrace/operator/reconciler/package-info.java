/** Strings the steps together: observe, plan, write the status, act. Wiring and the start. */
@NullMarked
package dev.millrace.operator.reconciler;

import org.jspecify.annotations.NullMarked;
