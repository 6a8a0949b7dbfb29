@NullMarked
package dev.millrace.kubernetes;

import org.jspecify.annotations.NullMarked;
