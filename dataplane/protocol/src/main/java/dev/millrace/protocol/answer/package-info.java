/** Answers: bodies in the encoding of the request, and errors in the service's forms. */
@NullMarked
package dev.millrace.protocol.answer;

import org.jspecify.annotations.NullMarked;
