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
   * Replaces an entry if it still has the revision that the caller saw (0: there was none).
   *
   * @return {@link Outcome.Replaced} or {@link Outcome.RevisionConflict}; fails as {@link
   *     ShardLog#propose} does
   */
  CompletionStage<Outcome> replace(
      StreamName name, long expectedRevision, Optional<StreamDefinition> definition);
}
