@NullMarked
package dev.millrace.leader.control;

import org.jspecify.annotations.NullMarked;
