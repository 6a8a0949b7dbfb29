/**
 * An application that puts and gets records, as the cluster tests run it in a pod: nothing in it
 * knows that the service is not Amazon's.
 */
@NullMarked
package dev.millrace.e2e.client;

import org.jspecify.annotations.NullMarked;
