/**
 * The custom resources of API group {@code millrace.dev}, version {@code v1alpha1}, as plain
 * values. The YAML in {@code crds/yaml} and {@code docs/crd-reference.md} are generated from these
 * types.
 */
@NullMarked
package dev.millrace.crds;

import org.jspecify.annotations.NullMarked;
