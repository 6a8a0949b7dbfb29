/**
 * The documents that the operator and shard pods exchange as JSON, named as the record components.
 * They contain only types that every JSON library supports.
 */
@NullMarked
package dev.millrace.core.report;

import org.jspecify.annotations.NullMarked;
