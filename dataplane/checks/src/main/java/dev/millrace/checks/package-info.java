/**
 * Rules for this project's code that no library has, as plugins of javac; every module uses them.
 */
@NullMarked
package dev.millrace.checks;

import org.jspecify.annotations.NullMarked;
