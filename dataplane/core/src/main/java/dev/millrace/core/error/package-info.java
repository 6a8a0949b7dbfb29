/**
 * The errors that clients see, with the service's names and HTTP status codes, and the results of
 * checks.
 */
@NullMarked
package dev.millrace.core.error;

import org.jspecify.annotations.NullMarked;
