/**
 * One class per operation: the members of its input with their constraints and validation order,
 * from the service model and the recorded messages. An operation without a class here has an empty
 * input or is not implemented.
 */
@NullMarked
package dev.millrace.protocol.shape;

import org.jspecify.annotations.NullMarked;
