/** The settings of the operator, read from the environment and checked at the start. */
@NullMarked
package dev.millrace.operator.config;

import org.jspecify.annotations.NullMarked;
