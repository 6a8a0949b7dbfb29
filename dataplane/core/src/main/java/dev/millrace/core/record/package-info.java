/**
 * Data records and the batches they are written in: the client's bytes, as they stand in the log
 * and in the store.
 */
@NullMarked
package dev.millrace.core.record;

import org.jspecify.annotations.NullMarked;
