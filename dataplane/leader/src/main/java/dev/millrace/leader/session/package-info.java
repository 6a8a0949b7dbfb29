/** Appends each batch once, however often it is sent: a writer's sessions with shards. */
@NullMarked
package dev.millrace.leader.session;

import org.jspecify.annotations.NullMarked;
