/**
 * Changes of a stream's shape: which lineage leads from the shards that are open to those that are
 * wanted. Pure.
 */
@NullMarked
package dev.millrace.core.reshard;

import org.jspecify.annotations.NullMarked;
