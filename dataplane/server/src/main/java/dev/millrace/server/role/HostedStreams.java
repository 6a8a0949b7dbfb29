// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.command.Outcome;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.report.StreamPublication;
import dev.millrace.core.report.StreamPublication.HeldPublication;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.ShardRef;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamName;
import dev.millrace.server.rpc.AdminResult;
import dev.millrace.storage.DataFolder;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams of a shard pod as the operator has published them: catalogue and routes of its front.
 * They are stored beside the log of the first group, so that a restart does not depend on the
 * operator. Callable from any thread.
 */
final class HostedStreams implements StreamCatalogue {
  private static final String FILES = "publication-";

  private record PublishedStream(
      StreamPublication publication, CatalogueEntry entry, Map<ShardRef, List<String>> routes) {
    static PublishedStream of(StreamPublication publication, long revision) {
      return new PublishedStream(
          publication,
          new CatalogueEntry(publication.definition(), revision),
          publication.routes());
    }
  }

  private final Path folder;
  private final Map<StreamId, PublishedStream> streams = new ConcurrentHashMap<>();

  /** Streams of which a publication did not fit what is here: all their shards are needed. */
  private final Set<StreamId> incomplete = ConcurrentHashMap.newKeySet();

  private volatile SortedMap<StreamName, CatalogueEntry> byName = new TreeMap<>();

  /** Reads what is stored in a folder. */
  HostedStreams(Path folder) throws IOException {
    this.folder = folder;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, FILES + "*.json")) {
      for (Path file : files) {
        accept(new JsonObject(Files.readString(file)).mapTo(StreamPublication.class));
      }
    }
  }

  /** Lists a stream as a publication says, with all of its shards or not at all. Blocks. */
  synchronized AdminResult publish(StreamPublication sent) throws IOException {
    try {
      return publishNow(sent);
    } catch (IllegalArgumentException e) {
      return new AdminResult.BadDocument(String.valueOf(e.getMessage()));
    }
  }

  private AdminResult publishNow(StreamPublication sent) throws IOException {
    Optional<StreamPublication> held =
        Optional.ofNullable(streams.get(sent.id())).map(PublishedStream::publication);
    if (held.isPresent() && held.get().generation() > sent.generation()) {
      return new AdminResult.Contradiction(
          "generation %d of stream %s is published, not %d"
              .formatted(held.get().generation(), sent.streamId(), sent.generation()));
    }
    Optional<StreamPublication> whole = sent.over(held);
    if (whole.isEmpty()) {
      incomplete.add(sent.id());
      return new AdminResult.Contradiction(
          "with what is here these are not the shards of digest %s of stream %s: send all of them"
              .formatted(sent.digest(), sent.streamId()));
    }
    // What cannot be listed is rejected before it is stored.
    PublishedStream.of(whole.get(), 1);
    DataFolder.writeDurably(
        folder.resolve(FILES + sent.id() + ".json"), json(whole.get()).toBuffer().getBytes());
    accept(whole.get());
    return new AdminResult.Accomplished();
  }

  /** Without the group of shards that are in the first one: earlier builds know no groups. */
  private static JsonObject json(StreamPublication whole) {
    JsonObject json = JsonObject.mapFrom(whole);
    for (Object shard : json.getJsonArray("added")) {
      if (shard instanceof JsonObject listed && listed.getValue("group") == null) {
        listed.remove("group");
      }
    }
    return json;
  }

  private void accept(StreamPublication whole) {
    streams.compute(
        whole.id(),
        (id, before) ->
            PublishedStream.of(whole, before == null ? 1 : before.entry().revision() + 1));
    incomplete.remove(whole.id());
    SortedMap<StreamName, CatalogueEntry> next = new TreeMap<>();
    streams
        .values()
        .forEach(stream -> next.put(stream.entry().definition().name(), stream.entry()));
    byName = Collections.unmodifiableSortedMap(next);
  }

  /** What is here of each stream, as the operator is told. */
  List<HeldPublication> held() {
    return streams.values().stream()
        .map(PublishedStream::publication)
        .map(
            publication ->
                incomplete.contains(publication.id())
                    ? new HeldPublication(publication.streamId(), "", 0, "")
                    : publication.held())
        .sorted(Comparator.comparing(HeldPublication::streamId))
        .toList();
  }

  /** Whether a stream is listed. */
  boolean lists(StreamId stream) {
    return streams.containsKey(stream);
  }

  /** The published generation of a stream's shards; 0 if none is known. */
  long generation(StreamId stream) {
    return Optional.ofNullable(streams.get(stream))
        .map(published -> published.publication().generation())
        .orElse(0L);
  }

  /** {@code host:port} of the pods that host a published shard; empty if it is not listed. */
  List<String> routes(ShardRef shard) {
    PublishedStream stream = streams.get(shard.stream());
    return stream == null ? List.of() : stream.routes().getOrDefault(shard, List.of());
  }

  @Override
  public SortedMap<StreamName, CatalogueEntry> streams() {
    return byName;
  }

  @Override
  public boolean mayLag() {
    return true;
  }

  @Override
  public CompletionStage<Outcome> create(StreamDefinition definition) {
    return notHere();
  }

  @Override
  public CompletionStage<Outcome> replace(
      StreamName name, long expectedRevision, Optional<StreamDefinition> definition) {
    return notHere();
  }

  /** The front refuses control calls before that. */
  private static CompletionStage<Outcome> notHere() {
    return CompletableFuture.failedStage(
        new LogRefusedException(Reason.NOT_ALLOWED, "a shard pod changes no stream", null));
  }
}
