/**
 * What the operator and a shard pod tell each other: three typed documents, sent as JSON with the
 * names of the components. Only types that every JSON library knows stand in them.
 */
@NullMarked
package dev.millrace.core.report;

import org.jspecify.annotations.NullMarked;
