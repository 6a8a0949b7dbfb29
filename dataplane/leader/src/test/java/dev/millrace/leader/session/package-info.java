@NullMarked
package dev.millrace.leader.session;

import org.jspecify.annotations.NullMarked;
