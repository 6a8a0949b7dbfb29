/** Tests. */
@NullMarked
package dev.millrace.core.consumer;

import org.jspecify.annotations.NullMarked;
