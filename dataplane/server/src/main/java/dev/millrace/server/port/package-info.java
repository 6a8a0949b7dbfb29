/** What the ports of a process share: how they open, and how they gather request bodies. */
@NullMarked
package dev.millrace.server.port;

import org.jspecify.annotations.NullMarked;
