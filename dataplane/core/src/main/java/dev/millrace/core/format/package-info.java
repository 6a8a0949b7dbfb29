/**
 * Reader and writer of the fields that all versioned binary formats consist of: numbers, lengths
 * and texts.
 */
@NullMarked
package dev.millrace.core.format;

import org.jspecify.annotations.NullMarked;
