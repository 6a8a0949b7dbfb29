/** Tests of the house rules. */
@NullMarked
package dev.millrace.operator;

import org.jspecify.annotations.NullMarked;
