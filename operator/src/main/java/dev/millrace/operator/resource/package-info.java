/**
 * Pure builders of the Kubernetes objects of a stream, with their names, labels and owner
 * references. Nothing here depends on the state of the cluster.
 */
@NullMarked
package dev.millrace.operator.resource;

import org.jspecify.annotations.NullMarked;
