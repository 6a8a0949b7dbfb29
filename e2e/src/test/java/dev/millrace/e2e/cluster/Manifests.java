package dev.millrace.e2e.cluster;

/** Manifests as people write them. */
final class Manifests {
  private Manifests() {}

  /** A stream whose spec is given in lines of YAML. */
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
