// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.port;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/**
 * The streams that exist: the one truth of the control calls. Standalone keeps it in the Raft log;
 * on a cluster it is the custom resources.
 */
public interface StreamCatalogue {

  /** All streams by name, as of now; the map never changes. Callable from any thread. */
  SortedMap<StreamName, CatalogueEntry> streams();

  /** One stream. */
  default Optional<CatalogueEntry> find(StreamName name) {
    return Optional.ofNullable(streams().get(name));
  }

  /**
   * Adds a stream if there is none of its name. Its creation second becomes higher than that of
   * every earlier stream of the name, whatever the clock says.
   *
   * @return as {@link #replace}
   */
  CompletionStage<Outcome> create(StreamDefinition definition);

  /**
   * Replaces an entry if it still has the revision that the caller saw.
   *
   * @param definition what to put there; empty removes the entry
   * @return {@link Outcome.Replaced} or {@link Outcome.RevisionConflict}; fails as {@link
   *     ShardLog#propose} does
   */
  CompletionStage<Outcome> replace(
      StreamName name, long expectedRevision, Optional<StreamDefinition> definition);
}
