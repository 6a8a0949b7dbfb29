@NullMarked
package dev.millrace.core.report;

import org.jspecify.annotations.NullMarked;
