/** The standalone role in this process, on a free port, and tests that speak to it. */
@NullMarked
package dev.millrace.server.role;

import org.jspecify.annotations.NullMarked;
