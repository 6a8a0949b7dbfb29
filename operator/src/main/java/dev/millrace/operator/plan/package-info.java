/**
 * Plans what to do for a stream, as a pure function of what was observed and of the time. It has no
 * effects, logs nothing and throws nothing.
 */
@NullMarked
package dev.millrace.operator.plan;

import org.jspecify.annotations.NullMarked;
