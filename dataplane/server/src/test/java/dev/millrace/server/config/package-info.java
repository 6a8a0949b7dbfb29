/** Tests of the settings. */
@NullMarked
package dev.millrace.server.config;

import org.jspecify.annotations.NullMarked;
