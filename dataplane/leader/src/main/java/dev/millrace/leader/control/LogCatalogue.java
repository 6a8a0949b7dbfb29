// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.leader.control;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.ShardLog;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Keeps the stream catalogue in the Raft log, beside the records. Standalone uses it in place of
 * custom resources.
 *
 * @param log commits changes
 * @param applied the streams as of the last applied entry
 */
public record LogCatalogue(ShardLog log, Supplier<SortedMap<StreamName, CatalogueEntry>> applied)
    implements StreamCatalogue {
  @Override
  public SortedMap<StreamName, CatalogueEntry> streams() {
    return applied.get();
  }

  /** For how many deleted streams the creation second is remembered individually. */
  private static final int REMEMBERED_NAMES = 1024;

  @Override
  public CompletionStage<Outcome> create(StreamDefinition definition) {
    return log.propose(new Command.CreateStream(definition));
  }

  @Override
  public CompletionStage<Outcome> replace(
      StreamName name, long expectedRevision, Optional<StreamDefinition> definition) {
    return log.propose(
        definition.isPresent()
            ? new Command.ReplaceStream(name, expectedRevision, definition)
            : new Command.DeleteStream(name, expectedRevision, REMEMBERED_NAMES));
  }
}
