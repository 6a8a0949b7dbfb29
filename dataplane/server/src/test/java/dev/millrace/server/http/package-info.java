/** Tests of the one port. */
@NullMarked
package dev.millrace.server.http;

import org.jspecify.annotations.NullMarked;
