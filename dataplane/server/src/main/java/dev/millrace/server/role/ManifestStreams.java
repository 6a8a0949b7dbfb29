// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.core.stream.StreamSettings;
import dev.millrace.kubernetes.ManifestFolder;
import dev.millrace.kubernetes.StreamManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Creates the streams of a folder of manifests, without a cluster. An existing stream gets the
 * manifest's settings; a stream without a manifest is never deleted.
 *
 * @param newStreamBits random bits for the ids of new streams
 */
record ManifestStreams(
    StreamCatalogue catalogue,
    StreamController controller,
    InstantSource clock,
    LongSupplier newStreamBits) {
  private static final Logger LOG = Logger.getLogger(ManifestStreams.class);

  /**
   * Applies all manifests of a folder.
   *
   * @throws IOException if a manifest cannot be read or applied; the message is one line
   */
  void apply(Path folder) throws IOException {
    ManifestFolder.Contents found = new ManifestFolder(folder).read();
    found.leftOut().forEach(object -> LOG.warnf("not applied here: %s", object));
    for (StreamManifest manifest : found.streams()) {
      CloseableStack.done("stream " + manifest.name(), apply(manifest));
    }
  }

  private CompletionStage<Void> apply(StreamManifest manifest) throws IOException {
    Optional<CatalogueEntry> entry = catalogue.find(manifest.name());
    StreamDefinition wanted =
        entry.isPresent()
            ? changed(entry.get().definition(), manifest)
            : StreamDefinition.creating(
                manifest.name(),
                new StreamId(newStreamBits.getAsLong()),
                clock.instant().getEpochSecond(),
                manifest.settings(),
                manifest.shardCount());
    if (entry.isPresent() && wanted.equals(entry.get().definition())) {
      return CompletableFuture.completedStage(null);
    }
    return entry
        .map(is -> catalogue.replace(manifest.name(), is.revision(), Optional.of(wanted)))
        .orElseGet(() -> catalogue.create(wanted))
        .thenCompose(outcome -> controller.settle(manifest.name()));
  }

  /** Members that a manifest does not contain are unchanged. */
  private static StreamDefinition changed(StreamDefinition is, StreamManifest manifest)
      throws IOException {
    StreamSettings settings = manifest.settings();
    if (is.settings().mode() != settings.mode()
        || is.openShards().size() != manifest.shardCount()) {
      throw new IOException(
          "stream %s has %d shards in mode %s, its manifest wants %d in mode %s: without a cluster only UpdateShardCount, SplitShard, MergeShards and UpdateStreamMode change these"
              .formatted(
                  manifest.name(),
                  is.openShards().size(),
                  is.settings().mode(),
                  manifest.shardCount(),
                  settings.mode()));
    }
    return is.withSettings(manifest.request().over(is.settings()));
  }
}
