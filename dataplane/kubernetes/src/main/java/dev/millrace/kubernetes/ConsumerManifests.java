// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.DnsLabel;
import dev.millrace.crds.Api;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.StreamConsumer;
import dev.millrace.crds.StreamConsumerSpec;
import dev.millrace.crds.StreamConsumerSpec.StreamRef;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.TreeMap;

/** Builds the objects of consumers that are registered through the Kinesis API. */
final class ConsumerManifests {
  private static final int NAME_LENGTH = 63;

  private ConsumerManifests() {}

  /**
   * The names that the object may have, best first. The first is readable, and that of another
   * stream and consumer may be the same; the second has a hash of both names.
   */
  static List<String> names(KinesisStream stream, String consumer) {
    String streamName = stream.getMetadata().getName();
    // A slash is in no name, so the second always has a hash.
    return List.of(
        DnsLabel.of(streamName + "-" + consumer, NAME_LENGTH).text(),
        DnsLabel.of(streamName + "/" + consumer, NAME_LENGTH).text());
  }

  /** The object. Its stream owns it: a consumer that is not in a manifest goes with its stream. */
  static StreamConsumer of(KinesisStream stream, ConsumerDefinition consumer, String name) {
    StreamConsumer manifest = new StreamConsumer();
    manifest.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(stream.getMetadata().getNamespace())
            .withOwnerReferences(owner(stream))
            .build());
    manifest.setSpec(
        new StreamConsumerSpec(
            new StreamRef(stream.getMetadata().getName()),
            null,
            consumer.name(),
            consumer.tags().isEmpty() ? null : new TreeMap<>(consumer.tags()),
            consumer.policy().orElse(null)));
    return manifest;
  }

  static OwnerReference owner(KinesisStream stream) {
    return new OwnerReferenceBuilder()
        .withApiVersion(Api.GROUP + "/" + Api.VERSION)
        .withKind("KinesisStream")
        .withName(stream.getMetadata().getName())
        .withUid(stream.getMetadata().getUid())
        .build();
  }
}
