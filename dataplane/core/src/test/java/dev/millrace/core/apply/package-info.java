/** Tests. */
@NullMarked
package dev.millrace.core.apply;

import org.jspecify.annotations.NullMarked;
