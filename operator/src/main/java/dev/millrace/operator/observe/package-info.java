/** Combines caches and pod reports into one immutable value, the observed stream. */
@NullMarked
package dev.millrace.operator.observe;

import org.jspecify.annotations.NullMarked;
