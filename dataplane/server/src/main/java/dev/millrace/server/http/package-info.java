/**
 * The Kinesis port: one socket for HTTP/1.1 and HTTP/2 with and without TLS, bounded request
 * bodies, and the dispatcher that passes requests to actions and encodes their answers.
 */
@NullMarked
package dev.millrace.server.http;

import org.jspecify.annotations.NullMarked;
