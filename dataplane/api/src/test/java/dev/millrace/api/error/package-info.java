@NullMarked
package dev.millrace.api.error;

import org.jspecify.annotations.NullMarked;
