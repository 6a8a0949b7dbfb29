/**
 * An application that puts and gets records with the AWS SDK, run by the cluster tests in a pod. It
 * contains nothing that is specific to Millrace.
 */
@NullMarked
package dev.millrace.e2e.client;

import org.jspecify.annotations.NullMarked;
