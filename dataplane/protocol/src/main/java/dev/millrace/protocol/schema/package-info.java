/**
 * Shapes: what a request's members are called, which kind of value each has and which constraints
 * it must keep. From one declaration come the decoding of JSON and CBOR, the service's
 * SerializationException texts and its ValidationException texts. Everything here is immutable once
 * built, and any thread may use it.
 */
@NullMarked
package dev.millrace.protocol.schema;

import org.jspecify.annotations.NullMarked;
