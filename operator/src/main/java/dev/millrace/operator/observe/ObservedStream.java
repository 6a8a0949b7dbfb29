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
 * All that the planner knows of a stream: what it should be, and what there is.
 *
 * @param identity the KinesisStream object
 * @param generation of its spec
 * @param creation {@code metadata.creationTimestamp}
 * @param deleting whether it is being deleted
 * @param spec what it should be
 * @param status what was last written of it; empty: nothing yet
 * @param rivals the other KinesisStreams of the namespace that ask for the same stream name
 * @param recordedSecond the creation second that the namespace's history has for this very stream;
 *     empty: none, or the status has it already and nobody looked
 * @param shards its Shard objects, in the order of their ids
 * @param existing what stands under the names of the objects that the stream needs; a name that is
 *     missing was not looked at yet
 * @param pods its shard pods, by name
 * @param failures what the last pass could not do, and why
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

  /** Whose an object is. */
  public enum Ownership {
    /** There is none of that name. */
    NONE,
    /** The stream's own. */
    OURS,
    /** Somebody else's: it is never touched. */
    FOREIGN
  }

  /**
   * What stands under a name.
   *
   * @param ownership whose it is
   * @param appliedHash of what was applied; empty: nothing, or not by us
   */
  public record ExistingObject(Ownership ownership, String appliedHash) {
    /** Nothing stands there. */
    public static final ExistingObject NONE = new ExistingObject(Ownership.NONE, "");
  }

  /** What the manifest asks for, valid or not. */
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

  /**
   * The creation second that the status shows, which is written only after it was recorded. It
   * counts only beside the stream's own id: a status that was computed for a deleted object may
   * reach its successor of the same object name.
   */
  public Optional<Long> statusSecond() {
    return status
        .filter(shown -> identity.streamId().toString().equals(shown.streamId()))
        .map(KinesisStreamStatus::creationSecond);
  }

  /** Shards that are open in Kinesis' sense: opened and not closed, reachable now or not. */
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
