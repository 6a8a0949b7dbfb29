/** Actions on resource policies. */
@NullMarked
package dev.millrace.api.action.policy;

import org.jspecify.annotations.NullMarked;
