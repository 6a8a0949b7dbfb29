/** Finds the streams and shards that requests name, and creates the errors about them. */
@NullMarked
package dev.millrace.api.lookup;

import org.jspecify.annotations.NullMarked;
