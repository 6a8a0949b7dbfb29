/** Tests of the package. */
@NullMarked
package dev.millrace.operator.plan;

import org.jspecify.annotations.NullMarked;
