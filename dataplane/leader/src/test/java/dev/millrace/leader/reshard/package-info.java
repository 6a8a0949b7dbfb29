@NullMarked
package dev.millrace.leader.reshard;

import org.jspecify.annotations.NullMarked;
