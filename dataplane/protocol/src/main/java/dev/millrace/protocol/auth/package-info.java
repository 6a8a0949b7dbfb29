/**
 * Signature Version 4, from the server's side: reads what a request claims, computes the signature
 * again over exactly the headers that it lists, and compares.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">Signature
 *     Version 4</a>
 */
@NullMarked
package dev.millrace.protocol.auth;

import org.jspecify.annotations.NullMarked;
