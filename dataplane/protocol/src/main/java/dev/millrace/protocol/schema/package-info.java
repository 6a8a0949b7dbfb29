/**
 * Shapes: the names, types and constraints of a request's members. One declaration gives the
 * decoding of JSON and CBOR and the texts of the service's SerializationException and
 * ValidationException. Shapes and types are immutable; any thread may use them.
 */
@NullMarked
package dev.millrace.protocol.schema;

import org.jspecify.annotations.NullMarked;
