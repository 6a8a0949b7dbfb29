/** Actions that create, delete, describe and configure streams. */
@NullMarked
package dev.millrace.api.action.stream;

import org.jspecify.annotations.NullMarked;
