/** Tests of the package. */
@NullMarked
package dev.millrace.operator.config;

import org.jspecify.annotations.NullMarked;
