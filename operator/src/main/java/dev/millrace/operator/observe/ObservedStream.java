package dev.millrace.operator.observe;

import dev.millrace.crds.KinesisStreamSpec;
import dev.millrace.crds.KinesisStreamStatus;
import dev.millrace.operator.resource.DesiredStream;
import dev.millrace.operator.resource.ObjectKey;
import dev.millrace.operator.resource.StreamIdentity;
import java.time.Instant;
import java.util.Comparator;
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
    List<Rival> rivals,
    List<ObservedShard> shards,
    Map<ObjectKey, ExistingObject> existing,
    Map<String, ObservedPod> pods,
    List<String> failures) {

  private static final Comparator<Rival> FIRST =
      Comparator.comparing(Rival::creation)
          .thenComparing(Rival::holds, Comparator.reverseOrder())
          .thenComparing(Rival::uid);

  public ObservedStream {
    rivals = List.copyOf(rivals);
    shards = List.copyOf(shards);
    existing = Map.copyOf(existing);
    pods = Map.copyOf(pods);
    failures = List.copyOf(failures);
  }

  /**
   * Another KinesisStream that asks for the same stream name.
   *
   * @param name its {@code metadata.name}
   * @param uid its {@code metadata.uid}
   * @param creation its {@code metadata.creationTimestamp}
   * @param holds whether its status says that it has the name
   */
  public record Rival(String name, String uid, Instant creation, boolean holds) {}

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

  /** The stream's name for the Kinesis API, valid or not. */
  public String streamName() {
    return DesiredStream.nameOf(identity, spec);
  }

  /** Shards that are open in Kinesis' sense: opened and not closed, reachable now or not. */
  public int openShards() {
    return (int) shards.stream().filter(ObservedShard::wasOpen).count();
  }

  /**
   * Who else has the stream's name: the object that was created first, and of two of the same
   * second the one that has it already, then the one with the lower uid.
   */
  public Optional<Rival> holder() {
    Rival self =
        new Rival(
            identity.name(),
            identity.uid(),
            creation,
            status.map(KinesisStreamStatus::streamId).isPresent());
    return rivals.stream().min(FIRST).filter(rival -> FIRST.compare(rival, self) < 0);
  }
}
