/** The settings that come from the environment, checked once at the start. */
@NullMarked
package dev.millrace.operator.config;

import org.jspecify.annotations.NullMarked;
