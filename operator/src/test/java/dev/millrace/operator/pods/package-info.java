/** Tests of the package. */
@NullMarked
package dev.millrace.operator.pods;

import org.jspecify.annotations.NullMarked;
