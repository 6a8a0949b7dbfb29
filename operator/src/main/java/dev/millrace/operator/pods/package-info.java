/**
 * The shard pods' admin port: reports are read by {@code observe}, orders are given by {@code act}.
 */
@NullMarked
package dev.millrace.operator.pods;

import org.jspecify.annotations.NullMarked;
