/** Tests. */
@NullMarked
package dev.millrace.core.format;

import org.jspecify.annotations.NullMarked;
