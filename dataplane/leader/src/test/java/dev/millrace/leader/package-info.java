/** Fixtures for tests of this module and of those that depend on it. */
@NullMarked
package dev.millrace.leader;

import org.jspecify.annotations.NullMarked;
