/** Tests. */
@NullMarked
package dev.millrace.core.limit;

import org.jspecify.annotations.NullMarked;
