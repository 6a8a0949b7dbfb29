@NullMarked
package dev.millrace.server.fanout;

import org.jspecify.annotations.NullMarked;
