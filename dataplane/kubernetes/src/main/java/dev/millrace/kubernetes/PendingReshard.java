// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.kubernetes;

import dev.millrace.core.stream.StreamStatus;
import dev.millrace.crds.KinesisStream;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.crds.KinesisStreamStatus.HandledRequest;
import dev.millrace.crds.KinesisStreamStatus.Resharding;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a stream is being resharded. It is UPDATING from the write of its spec on, and not only
 * when the operator has begun: a client that waits for the end of UpdateShardCount must not take
 * the time before for it.
 */
final class PendingReshard {
  private PendingReshard() {}

  /**
   * The stream's status for the API.
   *
   * @param written by the operator
   * @param status the object's own
   */
  static StreamStatus statusOf(
      StreamStatus written, KinesisStream object, KinesisStreamStatus status) {
    return written == StreamStatus.ACTIVE && (isUnderWay(status) || isRequested(object, status))
        ? StreamStatus.UPDATING
        : written;
  }

  private static boolean isUnderWay(KinesisStreamStatus status) {
    return Optional.ofNullable(status.resharding())
        .map(Resharding::phase)
        .map(
            phase ->
                switch (phase) {
                  case PREPARING, SEALING -> true;
                  case GIVEN_UP -> false;
                })
        .orElse(false);
  }

  /** The operator has not seen this spec yet, and it asks for other shards. */
  private static boolean isRequested(KinesisStream object, KinesisStreamStatus status) {
    if (object.getMetadata().getGeneration().equals(status.observedGeneration())) {
      return false;
    }
    KinesisStreamSpec spec = object.getSpec();
    boolean isOtherCount =
        spec.shardCount() != null
            && status.openShardCount() != null
            && !spec.shardCount().equals(status.openShardCount());
    return isOtherCount || isOtherRequest(spec, status);
  }

  private static boolean isOtherRequest(KinesisStreamSpec spec, KinesisStreamStatus status) {
    return spec.reshardRequest() != null
        && !Objects.equals(
            spec.reshardRequest().id(),
            Optional.ofNullable(status.reshardRequest()).map(HandledRequest::id).orElse(null));
  }
}
