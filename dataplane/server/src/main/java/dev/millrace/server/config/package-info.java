/** The settings that come from the environment, checked once at the start. */
@NullMarked
package dev.millrace.server.config;

import org.jspecify.annotations.NullMarked;
