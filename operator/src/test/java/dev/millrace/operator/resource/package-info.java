/** Tests of the package. */
@NullMarked
package dev.millrace.operator.resource;

import org.jspecify.annotations.NullMarked;
