/**
 * The bytes of the versioned formats: lengths, texts and numbers written and read one way
 * everywhere.
 */
@NullMarked
package dev.millrace.core.format;

import org.jspecify.annotations.NullMarked;
