/**
 * Millrace as people install it, on a real cluster: the chart, kubectl, the Kinesis API and pods
 * that come and go. {@code make e2e} runs what is tagged {@code cluster}; {@code make test} leaves
 * it out.
 */
@NullMarked
package dev.millrace.e2e.cluster;

import org.jspecify.annotations.NullMarked;
