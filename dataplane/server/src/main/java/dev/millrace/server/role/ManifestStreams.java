package dev.millrace.server.role;

import dev.millrace.core.port.StreamCatalogue;
import dev.millrace.core.port.StreamController;
import dev.millrace.core.stream.CatalogueEntry;
import dev.millrace.core.stream.StreamDefinition;
import dev.millrace.core.stream.StreamId;
import dev.millrace.kubernetes.ManifestFolder;
import dev.millrace.kubernetes.StreamSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Makes the streams that a folder of manifests names, where there is no cluster to do it. A stream
 * that is there gets the manifest's settings; none is ever deleted for not being named.
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
   * @throws IOException with one line: a manifest that cannot be read or met
   */
  void apply(Path folder) throws IOException {
    ManifestFolder.Found found = new ManifestFolder(folder).read();
    found.leftOut().forEach(object -> LOG.warnf("not applied here: %s", object));
    for (StreamSettings settings : found.streams()) {
      Opened.done("stream " + settings.name(), apply(settings));
    }
  }

  private CompletionStage<Void> apply(StreamSettings settings) throws IOException {
    Optional<CatalogueEntry> entry = catalogue.find(settings.name());
    StreamDefinition wanted;
    if (entry.isEmpty()) {
      wanted =
          StreamDefinition.creating(
                  settings.name(),
                  new StreamId(newStreamBits.getAsLong()),
                  clock.instant().getEpochSecond(),
                  settings.mode(),
                  settings.shardCount(),
                  settings.maxRecordSizeKiB(),
                  settings.tags())
              .withRetention(settings.retentionHours());
    } else {
      StreamDefinition is = entry.get().definition();
      if (is.mode() != settings.mode() || is.shards().size() != settings.shardCount()) {
        throw new IOException(
            "stream %s has %d shards in mode %s, its manifest wants %d in mode %s: this version does not reshard yet"
                .formatted(
                    settings.name(),
                    is.shards().size(),
                    is.mode(),
                    settings.shardCount(),
                    settings.mode()));
      }
      wanted =
          is.withRetention(settings.retentionHours())
              .withMaxRecordSize(settings.maxRecordSizeKiB())
              .withTags(settings.tags());
      if (wanted.equals(is)) {
        return CompletableFuture.completedStage(null);
      }
    }
    long revision = entry.map(CatalogueEntry::revision).orElse(0L);
    return catalogue
        .replace(settings.name(), revision, Optional.of(wanted))
        .thenCompose(outcome -> controller.settle(settings.name()));
  }
}
