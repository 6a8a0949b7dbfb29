@NullMarked
package dev.millrace.checks;

import org.jspecify.annotations.NullMarked;
