/** Tests of the package. */
@NullMarked
package dev.millrace.operator.status;

import org.jspecify.annotations.NullMarked;
