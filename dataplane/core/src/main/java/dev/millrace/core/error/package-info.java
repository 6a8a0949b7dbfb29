/** What a client may be told: the service's error names with their HTTP status. */
@NullMarked
package dev.millrace.core.error;

import org.jspecify.annotations.NullMarked;
