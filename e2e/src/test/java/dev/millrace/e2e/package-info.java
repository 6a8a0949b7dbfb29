/**
 * Outside clients against a server process, through public doors only: the Kinesis port, the health
 * port, signals, the environment, what the process prints and the files of its data folder.
 */
@NullMarked
package dev.millrace.e2e;

import org.jspecify.annotations.NullMarked;
