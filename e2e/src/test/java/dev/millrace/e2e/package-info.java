/**
 * Tests of a server process with real clients. They use public interfaces only: the Kinesis port,
 * the health port, signals, environment variables, the output of the process and its data folder.
 */
@NullMarked
package dev.millrace.e2e;

import org.jspecify.annotations.NullMarked;
