/** Tests of the package. */
@NullMarked
package dev.millrace.operator.observe;

import org.jspecify.annotations.NullMarked;
