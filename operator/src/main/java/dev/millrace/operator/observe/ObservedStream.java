// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.observe;

import dev.millrace.core.stream.StreamNameClaim;
import dev.millrace.core.stream.StreamRequest;
import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.StreamIdentity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the planner knows about a stream: its desired and its actual state.
 *
 * @param identity the KinesisStream object
 * @param generation of its spec
 * @param creation {@code metadata.creationTimestamp}
 * @param deleting whether it is being deleted
 * @param spec its desired state
 * @param status its last written status; empty if there is none yet
 * @param rivals claims of other KinesisStreams of the namespace on the same stream name
 * @param recordedSecond the creation second that the namespace's history has for this stream; empty
 *     if it has none, or if the status already shows one
 * @param shards its Shard objects, in the order of their ids
 * @param existing the objects that exist under the names that the stream needs; a missing key was
 *     not looked up yet
 * @param pods its shard pods, by name
 * @param failures what failed in the last pass, and why
 */
public record ObservedStream(
    StreamIdentity identity,
    long generation,
    Instant creation,
    boolean deleting,
    KinesisStreamSpec spec,
    Optional<KinesisStreamStatus> status,
    List<StreamNameClaim> rivals,
    Optional<Long> recordedSecond,
    List<ObservedShard> shards,
    Map<ObjectKey, ExistingObject> existing,
    Map<String, ObservedPod> pods,
    List<String> failures) {

  public ObservedStream {
    rivals = List.copyOf(rivals);
    shards = List.copyOf(shards);
    existing = Map.copyOf(existing);
    pods = Map.copyOf(pods);
    failures = List.copyOf(failures);
  }

  /** Who owns an object. */
  public enum Ownership {
    /** No object has the name. */
    NONE,
    /** The stream owns it. */
    OURS,
    /** It belongs to something else and is never changed. */
    FOREIGN
  }

  /**
   * The object that exists under a name.
   *
   * @param ownership who owns it
   * @param appliedHash hash of what the operator applied; empty if it applied nothing
   */
  public record ExistingObject(Ownership ownership, String appliedHash) {
    /** No object has the name. */
    public static final ExistingObject NONE = new ExistingObject(Ownership.NONE, "");
  }

  /** The request in the manifest, valid or not. */
  public StreamRequest request() {
    return DesiredStream.request(identity, spec);
  }

  /**
   * The stream's creation second: that of the status, else of its first Shards, else the recorded
   * one. Empty: it has to be recorded before there may be Shards.
   */
  public Optional<Long> creationSecond() {
    return statusSecond()
        .or(() -> shards.stream().map(shard -> shard.spec().creationSecond()).min(Long::compare))
        .or(() -> recordedSecond);
  }

  /** The creation second that the status shows. It is written only after it was recorded. */
  public Optional<Long> statusSecond() {
    return ownStatus().map(KinesisStreamStatus::creationSecond);
  }

  /**
   * The status, if it was written for this incarnation of the stream. The API server compares no
   * uid when a status is applied, so a status that was computed for a deleted object may reach its
   * successor of the same object name.
   */
  public Optional<KinesisStreamStatus> ownStatus() {
    return status.filter(shown -> identity.streamId().toString().equals(shown.streamId()));
  }

  /** Number of open shards in the sense of Kinesis: opened and not closed, reachable or not. */
  public int openShards() {
    return (int) shards.stream().filter(ObservedShard::wasOpen).count();
  }

  /** The other object that has the stream's name, if one has. */
  public Optional<StreamNameClaim> otherHolder() {
    List<StreamNameClaim> claims = new ArrayList<>(rivals);
    claims.add(
        new StreamNameClaim(
            identity.name(), identity.uid(), creation, status.map(KinesisStreamStatus::streamId)));
    return StreamNameClaim.holder(claims).filter(claim -> !claim.uid().equals(identity.uid()));
  }
}
