/**
 * The Kinesis wire protocol as functions over bytes, independent of the HTTP server. This package
 * has requests, codecs and operations; {@code schema} decodes and validates, {@code shape} declares
 * the inputs of the operations, {@code answer} writes answers, {@code auth} verifies signatures,
 * and {@code request} checks a request before it reaches an operation.
 */
@NullMarked
package dev.millrace.protocol;

import org.jspecify.annotations.NullMarked;
