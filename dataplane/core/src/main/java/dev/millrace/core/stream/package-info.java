/**
 * Streams: their names, settings, shapes and lifecycle, and the catalogue entry that defines each.
 */
@NullMarked
package dev.millrace.core.stream;

import org.jspecify.annotations.NullMarked;
