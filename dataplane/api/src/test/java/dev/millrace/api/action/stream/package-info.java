@NullMarked
package dev.millrace.api.action.stream;

import org.jspecify.annotations.NullMarked;
