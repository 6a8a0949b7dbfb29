/**
 * Tests of Millrace on a real cluster, installed by its chart and used through kubectl and the
 * Kinesis API, while pods are killed. {@code make e2e} runs them; {@code make test} excludes the
 * tag {@code cluster}.
 */
@NullMarked
package dev.millrace.e2e.cluster;

import org.jspecify.annotations.NullMarked;
