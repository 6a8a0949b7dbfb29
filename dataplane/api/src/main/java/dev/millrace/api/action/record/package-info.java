/** Actions that put and get records. */
@NullMarked
package dev.millrace.api.action.record;

import org.jspecify.annotations.NullMarked;
