@NullMarked
package dev.millrace.leader.shard;

import org.jspecify.annotations.NullMarked;
