// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.cluster;

/** Manifests as users write them. */
final class Manifests {
  private Manifests() {}

  /** A KinesisStream with the given lines of YAML as its spec. */
  static String stream(String name, String... spec) {
    return """
    apiVersion: millrace.dev/v1alpha1
    kind: KinesisStream
    metadata: {name: %s}
    spec:
      %s
    """
        .formatted(name, String.join("\n  ", spec));
  }
}
