/** Actions on consumers with enhanced fan-out. */
@NullMarked
package dev.millrace.api.action.consumer;

import org.jspecify.annotations.NullMarked;
