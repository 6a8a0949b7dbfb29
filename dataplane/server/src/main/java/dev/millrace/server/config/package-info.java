/** The settings of a process, read from the environment and checked once at the start. */
@NullMarked
package dev.millrace.server.config;

import org.jspecify.annotations.NullMarked;
