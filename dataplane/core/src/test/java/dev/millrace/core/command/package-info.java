/** Tests. */
@NullMarked
package dev.millrace.core.command;

import org.jspecify.annotations.NullMarked;
