/**
 * Shared by the ports of a process: opening a port, and collecting request bodies within a byte
 * budget.
 */
@NullMarked
package dev.millrace.server.port;

import org.jspecify.annotations.NullMarked;
