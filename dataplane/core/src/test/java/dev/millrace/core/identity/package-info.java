@NullMarked
package dev.millrace.core.identity;

import org.jspecify.annotations.NullMarked;
