/**
 * The Kinesis wire as functions over bytes: what a request is, how it is encoded, which operations
 * exist. No HTTP server type is known here. {@code schema} decodes and validates, {@code shape}
 * lists the operations' inputs, {@code answer} writes, {@code auth} verifies signatures and {@code
 * request} admits or refuses a request before any operation sees it.
 */
@NullMarked
package dev.millrace.protocol;

import org.jspecify.annotations.NullMarked;
