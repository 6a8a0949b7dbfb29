/**
 * What happens to a request before an operation sees it: method, body, content type, target and
 * signature, in the service's order; the one call of STS that clients of Kinesis make; and the
 * headers that every answer carries.
 */
@NullMarked
package dev.millrace.protocol.request;

import org.jspecify.annotations.NullMarked;
