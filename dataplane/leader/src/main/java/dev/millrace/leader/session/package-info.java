/**
 * Writers' sessions with shards, by which a batch is appended exactly once, however often it is
 * sent.
 */
@NullMarked
package dev.millrace.leader.session;

import org.jspecify.annotations.NullMarked;
