@NullMarked
package dev.millrace.core.reshard;

import org.jspecify.annotations.NullMarked;
