/**
 * What the domain needs from the world: a log that commits commands, a store that keeps what they
 * did.
 */
@NullMarked
package dev.millrace.core.port;

import org.jspecify.annotations.NullMarked;
