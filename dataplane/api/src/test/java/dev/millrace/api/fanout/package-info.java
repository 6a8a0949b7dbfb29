@NullMarked
package dev.millrace.api.fanout;

import org.jspecify.annotations.NullMarked;
