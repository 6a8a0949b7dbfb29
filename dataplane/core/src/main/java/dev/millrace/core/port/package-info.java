/**
 * The interfaces that the domain requires and other modules implement: a log that commits commands,
 * a store that applies them, a catalogue of streams.
 */
@NullMarked
package dev.millrace.core.port;

import org.jspecify.annotations.NullMarked;
