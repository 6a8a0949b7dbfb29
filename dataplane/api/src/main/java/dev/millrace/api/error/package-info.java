/** What clients are told when a stage fails. */
@NullMarked
package dev.millrace.api.error;

import org.jspecify.annotations.NullMarked;
