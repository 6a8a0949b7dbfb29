/** Who calls whom inside an installation. */
@NullMarked
package dev.millrace.core.identity;

import org.jspecify.annotations.NullMarked;
