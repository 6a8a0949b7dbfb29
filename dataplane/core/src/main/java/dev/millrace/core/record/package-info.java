/** Batches of data records, encoded as they are written to the log and the store. */
@NullMarked
package dev.millrace.core.record;

import org.jspecify.annotations.NullMarked;
