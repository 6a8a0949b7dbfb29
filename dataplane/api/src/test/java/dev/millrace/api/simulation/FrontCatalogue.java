// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.simulation;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** The stream as one front knows it: what was published last, or something older. */
final class FrontCatalogue implements StreamCatalogue {
  private StreamDefinition stream;

  FrontCatalogue(StreamDefinition stream) {
    this.stream = stream;
  }

  StreamDefinition stream() {
    return stream;
  }

  void published(StreamDefinition next) {
    if (next.shape().nextIndex() > stream.shape().nextIndex()) {
      stream = next;
    }
  }

  @Override
  public SortedMap<StreamName, CatalogueEntry> streams() {
    return new TreeMap<>(
        Map.of(stream.name(), new CatalogueEntry(stream, stream.shape().nextIndex())));
  }

  @Override
  public CompletionStage<Outcome> create(StreamDefinition definition) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Outcome> replace(
      StreamName name, long expectedRevision, Optional<StreamDefinition> definition) {
    throw new UnsupportedOperationException();
  }
}
