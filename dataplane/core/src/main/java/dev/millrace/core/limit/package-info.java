/** Bounds with names and units: the service's own and the throughput profiles. */
@NullMarked
package dev.millrace.core.limit;

import org.jspecify.annotations.NullMarked;
