/**
 * What the Kinesis actions have in common: the interface, the answer, edits of a stream, quotas,
 * rates, paging.
 */
@NullMarked
package dev.millrace.api.action;

import org.jspecify.annotations.NullMarked;
