/**
 * The client of the shard pods' admin port: {@code observe} reads reports, {@code act} sends
 * commands.
 */
@NullMarked
package dev.millrace.operator.pods;

import org.jspecify.annotations.NullMarked;
