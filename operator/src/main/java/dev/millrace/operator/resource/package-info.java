/**
 * Pure builders: a stream's identity and settings become the objects that Kubernetes should hold,
 * with their names, labels and owner. Nothing here knows what the cluster holds.
 */
@NullMarked
package dev.millrace.operator.resource;

import org.jspecify.annotations.NullMarked;
