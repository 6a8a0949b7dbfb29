/**
 * What the Kinesis actions share: the interface, the answer, edits of a stream, quotas, call rates
 * and paging.
 */
@NullMarked
package dev.millrace.api.action;

import org.jspecify.annotations.NullMarked;
