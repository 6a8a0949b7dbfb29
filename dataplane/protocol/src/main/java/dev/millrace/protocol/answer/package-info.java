/** What goes back to a client: bodies in the encoding of the request, and the shapes of errors. */
@NullMarked
package dev.millrace.protocol.answer;

import org.jspecify.annotations.NullMarked;
