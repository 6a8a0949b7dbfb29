@NullMarked
package dev.millrace.core.stream;

import org.jspecify.annotations.NullMarked;
