// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.apply;

import dev.millrace.core.command.Command.CatalogueCommand;
import dev.millrace.core.command.Command.CreateStream;
import dev.millrace.core.command.Command.DeleteStream;
import dev.millrace.core.command.Command.ReplaceStream;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.FormerStreams;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamName;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The stream catalogue as of a log entry. The result of a command depends only on this state and
 * the command.
 *
 * @param streams the existing streams by name
 * @param former what is remembered about deleted streams
 */
public record CatalogueState(SortedMap<StreamName, CatalogueEntry> streams, FormerStreams former) {
  /** The state before the first command. */
  public static final CatalogueState EMPTY =
      new CatalogueState(new TreeMap<>(), FormerStreams.NONE);

  public CatalogueState {
    streams = Collections.unmodifiableSortedMap(new TreeMap<>(streams));
  }

  /** The state after a command, and its outcome. */
  public record CatalogueStep(CatalogueState state, Outcome outcome) {}

  public CatalogueStep apply(CatalogueCommand command) {
    CatalogueEntry found = streams.get(command.name());
    long foundRevision = found == null ? 0 : found.revision();
    if (foundRevision != command.expectedRevision()) {
      return new CatalogueStep(this, new Outcome.RevisionConflict(foundRevision));
    }
    return switch (command) {
      case CreateStream create -> {
        StreamDefinition stream = create.definition();
        long second = Math.max(stream.creationSecond(), former.earliestSecond(stream.name()));
        yield replaced(stream.name(), 1, Optional.of(stream.withCreationSecond(second)), former);
      }
      case ReplaceStream replace ->
          replaced(replace.name(), foundRevision + 1, replace.definition(), former);
      case DeleteStream delete ->
          replaced(
              delete.name(),
              foundRevision + 1,
              Optional.empty(),
              found == null
                  ? former
                  : former.with(
                      delete.name(),
                      found.definition().lastCreationSecond(),
                      delete.rememberedNames()));
    };
  }

  private CatalogueStep replaced(
      StreamName name,
      long revision,
      Optional<StreamDefinition> definition,
      FormerStreams nextFormer) {
    SortedMap<StreamName, CatalogueEntry> next = new TreeMap<>(streams);
    definition.ifPresentOrElse(
        stream -> next.put(name, new CatalogueEntry(stream, revision)), () -> next.remove(name));
    return new CatalogueStep(new CatalogueState(next, nextFormer), new Outcome.Replaced(revision));
  }
}
