/** Actions on tags of streams and consumers. */
@NullMarked
package dev.millrace.api.action.tag;

import org.jspecify.annotations.NullMarked;
