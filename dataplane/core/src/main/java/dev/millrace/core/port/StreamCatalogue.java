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
 * The streams that exist: the source of truth for the control plane. Standalone keeps it in the
 * Raft log; on a cluster it consists of the custom resources.
 */
public interface StreamCatalogue {

  /** All current streams by name, in an immutable map. Callable from any thread. */
  SortedMap<StreamName, CatalogueEntry> streams();

  default Optional<CatalogueEntry> find(StreamName name) {
    return Optional.ofNullable(streams().get(name));
  }

  /**
   * Whether shards may exist that are not listed here yet. Readers that come from another front may
   * ask for them, and take what is not found for something that has ended.
   */
  default boolean mayLag() {
    return false;
  }

  /**
   * Adds a stream if none has its name. Its creation second is raised above that of every earlier
   * stream of the name, whatever the clock says.
   *
   * @return as {@link #replace}
   */
  CompletionStage<Outcome> create(StreamDefinition definition);

  /**
   * Replaces an entry if it still has the revision that the caller read.
   *
   * @param definition the new definition; empty removes the entry
   * @return {@link Outcome.Replaced} or {@link Outcome.RevisionConflict}; fails as {@link
   *     ShardLog#propose} does, and with {@link LogRefusedException.Reason#NOT_ALLOWED} if others
   *     decide what the definition would change
   */
  CompletionStage<Outcome> replace(
      StreamName name, long expectedRevision, Optional<StreamDefinition> definition);
}
