/**
 * Applications that use the AWS SDK and the Kinesis Client Library, run by the cluster tests in
 * pods. They contain nothing that is specific to Millrace.
 */
@NullMarked
package dev.millrace.e2e.client;

import org.jspecify.annotations.NullMarked;
