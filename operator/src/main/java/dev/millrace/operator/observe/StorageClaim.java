// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.core.stream.StreamId;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.StreamStorageSpec;
import dev.millrace.operator.resource.StreamIdentity;
import java.util.Optional;
import java.util.UUID;

/** What the StreamStorage of its name is to a stream (docs/adr/0020-whose-records.md). */
public sealed interface StorageClaim {

  /** It holds the stream's records, or retained ones that the stream takes up. */
  record Held(ObservedStorage storage) implements StorageClaim {}

  /**
   * There is none, and there never was: it is created.
   *
   * @param spec what it begins with; more than the id if the stream is older than this kind
   */
  record Missing(StreamStorageSpec spec) implements StorageClaim {}

  /** It cannot be had, now or ever. */
  record Withheld(String reason, String message, boolean isForGood) implements StorageClaim {}

  /**
   * Decides.
   *
   * @param identity the object, whose own id is derived from its uid
   * @param streamName the stream's name
   * @param status the object's status, if it was written for the object
   * @param found the StreamStorage with the object's name
   */
  static StorageClaim of(
      StreamIdentity identity,
      String streamName,
      Optional<KinesisStreamStatus> status,
      Optional<ObservedStorage> found) {
    StreamId own = StreamId.of(UUID.fromString(identity.uid()));
    Optional<String> shown = status.map(KinesisStreamStatus::streamId);
    // The status of a version before this kind has no uid of its object.
    boolean hadStorage = status.map(KinesisStreamStatus::objectUid).isPresent();
    if (found.isEmpty()) {
      return hadStorage
          ? lost(identity)
          : new Missing(
              new StreamStorageSpec(
                  streamName,
                  own.toString(),
                  status.map(KinesisStreamStatus::creationSecond).orElse(null),
                  null,
                  null,
                  status.map(KinesisStreamStatus::shape).orElse(null),
                  status.map(KinesisStreamStatus::resharding).orElse(null),
                  status.map(KinesisStreamStatus::reshardRequest).orElse(null)));
    }
    ObservedStorage storage = found.get();
    boolean isOfAnother =
        storage.ownerUid().filter(owner -> !owner.equals(identity.uid())).isPresent();
    if (isOfAnother || storage.deleting()) {
      return hadStorage
          ? lost(identity)
          : new Withheld(
              "StorageOfPredecessor",
              "StreamStorage %s and the volumes of an earlier stream are still being deleted"
                  .formatted(identity.name()),
              false);
    }
    if (hadStorage && shown.filter(storage.spec().streamId()::equals).isEmpty()) {
      return lost(identity);
    }
    return storage.spec().streamName().equals(streamName)
        ? new Held(storage)
        : new Withheld(
            "StorageOfAnotherStream",
            "StreamStorage %s retains the records of stream %s, not of %s: choose another metadata.name, or delete it with the records"
                .formatted(identity.name(), storage.spec().streamName(), streamName),
            true);
  }

  private static Withheld lost(StreamIdentity identity) {
    return new Withheld(
        "StorageLost",
        "StreamStorage %s, which owned the records, was deleted: restore it with its volumes, or delete the stream and create it again"
            .formatted(identity.name()),
        true);
  }
}
