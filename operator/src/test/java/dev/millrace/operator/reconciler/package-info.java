/** Tests of the package. */
@NullMarked
package dev.millrace.operator.reconciler;

import org.jspecify.annotations.NullMarked;
