/**
 * Signature Version 4, on the server's side: reads the signature from a request, computes it again
 * over exactly the headers that the request lists, and compares.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">Signature
 *     Version 4</a>
 */
@NullMarked
package dev.millrace.protocol.auth;

import org.jspecify.annotations.NullMarked;
