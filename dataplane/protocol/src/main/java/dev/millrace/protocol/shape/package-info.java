/**
 * One class an operation: its input's members, constraints and validation order, as the service
 * model and the recorded messages have them. Operations without a class here have an empty input or
 * are not served yet.
 */
@NullMarked
package dev.millrace.protocol.shape;

import org.jspecify.annotations.NullMarked;
