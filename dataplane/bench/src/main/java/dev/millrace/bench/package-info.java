/**
 * Benchmarks: codecs, hashing and formats by JMH; the server by a load driver, always as a ratio to
 * something bare that was measured in the same run.
 */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
