@NullMarked
package dev.millrace.server.routing;

import org.jspecify.annotations.NullMarked;
