/**
 * The checks of a request before it reaches an operation: method, body, content type, target and
 * signature, in the service's order. Also GetCallerIdentity of STS and the headers that every
 * answer carries.
 */
@NullMarked
package dev.millrace.protocol.request;

import org.jspecify.annotations.NullMarked;
