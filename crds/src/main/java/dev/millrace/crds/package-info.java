/**
 * The contract with Kubernetes: the custom resources of API group {@code millrace.dev}, version
 * {@code v1alpha1}, as plain values. The YAML in {@code crds/yaml} is generated from these types.
 */
@NullMarked
package dev.millrace.crds;

import org.jspecify.annotations.NullMarked;
