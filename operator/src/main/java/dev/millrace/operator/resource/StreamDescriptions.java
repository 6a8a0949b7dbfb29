// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

import dev.millrace.core.report.StreamDescription;
import dev.millrace.core.report.StreamDescription.DescribedConsumer;
import dev.millrace.core.report.StreamDescription.DescribedSettings;
import dev.millrace.core.stream.ConsumerDefinition;
import dev.millrace.core.stream.StreamStatus;
import java.util.Collection;
import java.util.Comparator;

/** Builds the description of a stream for the fronts in its pods. */
public final class StreamDescriptions {
  private StreamDescriptions() {}

  /** The description of a stream. */
  public static StreamDescription of(
      DesiredStream stream, StreamStatus status, Collection<ConsumerDefinition> consumers) {
    ResourceNames names = stream.names();
    return new StreamDescription(
        stream.name().text(),
        stream.creationSecond(),
        status.name(),
        DescribedSettings.of(stream.settings()),
        consumers.stream()
            .sorted(Comparator.comparing(ConsumerDefinition::name))
            .map(DescribedConsumer::of)
            .toList(),
        // By name: a pod that moves changes nothing here.
        ResourceNames.pods(StreamDescription.SET, stream.replicas()).stream()
            .map(pod -> names.rpcAddress(pod, 0))
            .toList());
  }

  /** Differs for different descriptions. */
  public static String version(StreamDescription description) {
    return OwnedMetadata.hash(description);
  }
}
